have cancel l I (p q : K) : (l <= L)%N -> (1 <= I <= n l)%N -> p = (m l I)%:R / (m l I)%:R * q -> p = q.
  by move=> *; rewrite -[q]mul1r -(@mulfV _ (m l I)%:R) // m_not_zero.
have back t l s J : (1 <= l < L)%N -> (1 <= s <= N)%N -> (1 <= J <= n l)%N ->
    d t l s J = sigma' l (Z t l s J) * \sum_(1 <= I < (n l.+1).+1) d t l.+1 s I * R t l.+1 I J.
  by move=> *; rewrite block_backpropagation //; same.
have row_step t l I J : (1 <= l <= L)%N -> (1 <= I <= n l)%N -> (1 <= J <= n l.-1)%N ->
    R t.+1 l I J = R t l I J - eta t l * (m l.-1 J)%:R / (m l I)%:R * Gamma t l I J.
  by move=> *; rewrite block_weight_update //; same.
pose D t l s I := d t l s I / (m l I)%:R.
pose C t l I J := R t l I J * (m l I)%:R / (m l.-1 J)%:R.
have moved t l I J : (1 <= l <= L)%N -> (1 <= I <= n l)%N -> (1 <= J <= n l.-1)%N ->
    \sum_(1 <= s < N.+1) D t l s I * H t l.-1 s J = Gamma t l I J / (m l I)%:R.
  by move=> *; rewrite block_gradient // mulr_suml /D; same.
have T : @in_blocks [comRingType of K] sigma sigma' L N n m W G b g z h delta eta R C B Z H D.
  split.
  - by split=> [l I a J|l I J c|l I a] *; rewrite ?row_sums ?column_sums ?equal_biases // /C; same.
  - by move=> *; rewrite input // inputs // block_input.
  - by move=> *; rewrite outputs // /D; same.
  - by move=> *; rewrite pre_activation //; same.
  - by move=> *; rewrite activation.
  - by move=> *; rewrite backpropagation //; same.
  - by move=> t l I a J c []; move=> *; rewrite gradient //; same.
  - by move=> *; rewrite gradient_of_bias //; same.
  - by move=> t l I a J c []; move=> *; rewrite weight_update // shared_rate //; same.
  - by move=> *; rewrite bias_update // shared_bias_rate //; same.
  - by move=> *; rewrite block_pre_activation //; same.
  - by move=> *; rewrite block_activation.
  - move=> t l s J *; rewrite /D back // -mulrA mulr_suml; congr (_ * _).
    by apply: eq_big_nat => I nI; apply/esym/(cancel l.+1 I) => //; [inside | rewrite /C /=; same].
  - by move=> *; rewrite row_step // moved //; same.
  - move=> t l I J *; rewrite /C row_step // moved // !mulrBl; congr (_ - _).
    by apply: (cancel l.-1 J) => //; [inside | same].
  - by move=> *; rewrite block_bias_update // block_gradient_of_bias // /D -mulr_suml; same.
have [Rows Biases] : (forall t, rows L n m W R t) /\ (forall t, biases L n m b B t).
  by split=> t; have [] := for_ever T t.
split; last split; last split.
- by move=> t *; rewrite (preactivations T (for_ever T t)) //; inside.
- by move=> t *; rewrite (activations T (for_ever T t)) //; inside.
- by move=> *; apply: Rows => //; inside.
- by move=> *; apply: Biases => //; inside.
