pose tied t :=
  [/\ forall l i k j, (1 <= l < L)%N -> (1 <= i <= n l)%N -> (1 <= k <= n l)%N -> (1 <= j <= n l.-1)%N ->
        W t l i j = W t l k j,
      forall l i j k, (2 <= l <= L)%N -> (1 <= i <= n l)%N -> (1 <= j <= n l.-1)%N -> (1 <= k <= n l.-1)%N ->
        W t l i j = W t l i k
    & forall l i k, (1 <= l < L)%N -> (1 <= i <= n l)%N -> (1 <= k <= n l)%N -> b t l i = b t l k].
have forward : forall t, tied t -> forall l s i k, (1 <= l < L)%N -> (1 <= s <= N)%N -> (1 <= i <= n l)%N -> (1 <= k <= n l)%N ->
    z t l s i = z t l s k.
  move=> t [rows _ biases] l s i k hl *; rewrite !pre_activation //; try by inside.
  by rewrite (biases l i k) //; congr (_ + _); apply: eq_big_nat => j nj; rewrite (rows l i k j).
have activations : forall t, tied t -> forall l s i k, (1 <= l < L)%N -> (1 <= s <= N)%N -> (1 <= i <= n l)%N ->
    (1 <= k <= n l)%N -> h t l s i = h t l s k.
  by move=> t E l s i k *; rewrite !activation // (forward t E l s i k).
have deltas : forall t, tied t -> forall l s i k, (1 <= l < L)%N -> (1 <= s <= N)%N -> (1 <= i <= n l)%N -> (1 <= k <= n l)%N ->
    delta t l s i = delta t l s k.
  move=> t E l s i k hl *; rewrite !backpropagation // (forward t E l s i k) //; congr (_ * _).
  by have [_ columns _] := E; apply: eq_big_nat => o no; rewrite (columns l.+1 o i k) //; inside.
have gradient_rows : forall t, tied t -> forall l i k j, (1 <= l < L)%N -> (1 <= i <= n l)%N -> (1 <= k <= n l)%N ->
    (1 <= j <= n l.-1)%N -> G t l i j = G t l k j.
  move=> t E l i k j hl *; rewrite !gradient //; try by inside.
  by apply: eq_big_nat => s Ns; rewrite (deltas t E l s i k).
have ever : forall t, tied t.
  elim=> [|t E]; split.
  - by move=> l i k j *; rewrite !constant_weights //; inside.
  - by move=> l i j k *; rewrite !constant_weights //; inside.
  - by move=> l i k *; rewrite !constant_biases.
  - move=> l i k j hl *; rewrite !weight_update ?shared_rate //; try by inside.
    by have [rows _ _] := E; rewrite (rows l i k j) // (gradient_rows t E l i k j).
  - move=> l i j k hl *; rewrite !weight_update ?shared_rate ?gradient //; try by inside.
    have [_ columns _] := E; rewrite (columns l i j k) //; do 2![congr (_ - _)|congr (_ * _)].
    by apply: eq_big_nat => s Ns; rewrite (activations t E l.-1 s j k) //; inside.
  - move=> l i k hl *; rewrite !bias_update ?shared_bias_rate ?gradient_of_bias //; try by inside.
    have [_ _ biases] := E; rewrite (biases l i k) //; do 2![congr (_ - _)|congr (_ * _)].
    by apply: eq_big_nat => s Ns; rewrite (deltas t E l s i k).
split; last split; move=> t *; have E := ever t.
- by have [rows _ _] := E; apply: rows.
- exact: (activations t).
- exact: (gradient_rows t).
