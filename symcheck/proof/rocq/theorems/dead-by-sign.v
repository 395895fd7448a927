have not_negative t s J c : (1 <= s <= N)%N -> (1 <= J <= n u.-1)%N -> (1 <= c <= m u.-1 J)%N -> 0 <= h t u.-1 s J c.
  have [first|later] := posnP u.-1 => Ns; last first.
    by move=> *; rewrite activation //; [apply: non_negative_activations|]; inside.
  by rewrite first => *; rewrite input // non_negative_inputs.
have adds (p p' : K) : p <= 0 -> p' <= 0 -> p + p' <= 0.
  by move=> *; rewrite -[0]addr0 ler_add.
pose stays t := (forall J c, (1 <= J <= n u.-1)%N -> (1 <= c <= m u.-1 J)%N -> W t u P q J c = W 0%N u P q J c) /\
  b t u P q = b 0%N u P q.
have hu : (1 <= u <= L)%N by inside.
have not_positive t s : stays t -> (1 <= s <= N)%N -> z t u s P q <= 0.
  move=> [weights bias] Ns; have -> : z t u s P q = b 0%N u P q +
      \sum_(1 <= J < (n u.-1).+1) \sum_(1 <= c < (m u.-1 J).+1) W t u P q J c * h t u.-1 s J c.
    by rewrite -bias pre_activation //; same.
  apply: (adds); first by rewrite -oppr_ge0.
  rewrite big_nat_cond; elim/big_ind: _ => [|p p' *|J]; [by [] | exact: adds | rewrite andbT => nJ].
  have -> : \sum_(1 <= c < (m u.-1 J).+1) W t u P q J c * h t u.-1 s J c =
      (\sum_(1 <= c < (m u.-1 J).+1) W 0%N u P q J c) * h t u.-1 s J 1%N.
    by rewrite mulr_suml; apply: eq_big_nat => c mc; rewrite weights // inputs.
  have [none|some] := posnP (m u.-1 J); first by rewrite none big_geq // mul0r.
  by rewrite mulr_le0_ge0 // -?oppr_ge0 ?non_positive_sums // not_negative.
have deltas t s : stays t -> (1 <= s <= N)%N -> delta t u s P q = 0.
  move=> E Ns; rewrite backpropagation // -[z _ _ _ _ _]opprK slope_of_relu ?mul0r ?mulr0 //.
  by rewrite oppr_ge0 not_positive.
have gradients t J c : stays t -> (1 <= J <= n u.-1)%N -> (1 <= c <= m u.-1 J)%N -> G t u P q J c = 0.
  move=> E *; rewrite gradient // big_nat_cond big1 // => s.
  by rewrite andbT => Ns; rewrite deltas // ?mul0r ?mulr0.
have ever : forall t, stays t.
  elim=> [|t E]; first by split.
  have [weights bias] := E; split=> [J c nJ mJ|].
    have -> : W t.+1 u P q J c = W t u P q J c - rate t u P q J c * G t u P q J c by rewrite weight_update //; same.
    by rewrite gradients // mulr0 subr0 weights.
  have -> : b t.+1 u P q = b t u P q - rate_b t u P q * g t u P q by rewrite bias_update //; same.
  rewrite gradient_of_bias // big_nat_cond big1 ?mulr0 ?subr0 // => s.
  by rewrite andbT => Ns; rewrite deltas.
split; last split; last split; move=> t.
- by move=> s Ns; rewrite activation // -[z _ _ _ _ _]opprK relu // oppr_ge0 not_positive.
- by move=> *; apply: gradients => //; inside.
- by have [weights _] := ever t; move=> *; apply: weights => //; inside.
- by have [_ bias] := ever t.
