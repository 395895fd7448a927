pose unit_of l i := (1 <= i <= n l)%N.
have pre t l s i : (1 <= l <= L)%N -> (1 <= s <= N)%N -> unit_of l i ->
    z t l s i = b t l i + \sum_(1 <= j < (n l.-1).+1) W t l i j * h t l.-1 s j.
  by move=> *; rewrite pre_activation //; same.
have back t l s i : (1 <= l < L)%N -> (1 <= s <= N)%N -> unit_of l i ->
    delta t l s i = sigma' l (z t l s i) * \sum_(1 <= o < (n l.+1).+1) delta t l.+1 s o * W t l.+1 o i.
  by move=> *; rewrite backpropagation //; same.
have grad t l i j : (1 <= l <= L)%N -> unit_of l i -> unit_of l.-1 j ->
    G t l i j = \sum_(1 <= s < N.+1) delta t l s i * h t l.-1 s j.
  by move=> *; rewrite gradient //; same.
have weight_step t l i j : (1 <= l <= L)%N -> unit_of l i -> unit_of l.-1 j ->
    W t.+1 l i j = W t l i j - eta t l * G t l i j.
  by move=> *; rewrite weight_update // shared_rate //; same.
have bias_step t l i : (1 <= l <= L)%N -> unit_of l i ->
    b t.+1 l i = b t l i - eta t l * \sum_(1 <= s < N.+1) delta t l s i.
  by move=> *; rewrite bias_update // shared_bias_rate // gradient_of_bias //; same.
pose tied t :=
  [/\ forall l i k j, (1 <= l < L)%N -> unit_of l i -> unit_of l k -> unit_of l.-1 j -> W t l i j = W t l k j,
      forall l i j k, (2 <= l <= L)%N -> unit_of l i -> unit_of l.-1 j -> unit_of l.-1 k -> W t l i j = W t l i k
    & forall l i k, (1 <= l < L)%N -> unit_of l i -> unit_of l k -> b t l i = b t l k].
have forward : forall t, tied t -> forall l s i k, (1 <= l < L)%N -> (1 <= s <= N)%N -> unit_of l i -> unit_of l k ->
    z t l s i = z t l s k.
  move=> t [rows _ biases] l s i k hl *; rewrite !pre //; try by inside.
  by rewrite (biases l i k) //; congr (_ + _); apply: eq_big_nat => j nj; rewrite (rows l i k j).
have activations : forall t, tied t -> forall l s i k, (1 <= l < L)%N -> (1 <= s <= N)%N -> unit_of l i -> unit_of l k ->
    h t l s i = h t l s k.
  by move=> t E l s i k *; rewrite !activation // (forward t E l s i k).
have deltas : forall t, tied t -> forall l s i k, (1 <= l < L)%N -> (1 <= s <= N)%N -> unit_of l i -> unit_of l k ->
    delta t l s i = delta t l s k.
  move=> t E l s i k hl *; rewrite !back // (forward t E l s i k) //; congr (_ * _).
  by have [_ columns _] := E; apply: eq_big_nat => o no; rewrite (columns l.+1 o i k) //; inside.
have gradient_rows : forall t, tied t -> forall l i k j, (1 <= l < L)%N -> unit_of l i -> unit_of l k ->
    unit_of l.-1 j -> G t l i j = G t l k j.
  move=> t E l i k j hl *; rewrite !grad //; try by inside.
  by apply: eq_big_nat => s Ns; rewrite (deltas t E l s i k).
have ever : forall t, tied t.
  elim=> [|t E]; split.
  - by move=> l i k j *; rewrite !constant_weights //; inside.
  - by move=> l i j k *; rewrite !constant_weights //; inside.
  - by move=> l i k *; rewrite !constant_biases //; inside.
  - move=> l i k j hl *; rewrite !weight_step //; try by inside.
    by have [rows _ _] := E; rewrite (rows l i k j) // (gradient_rows t E l i k j).
  - move=> l i j k hl *; rewrite !weight_step ?grad //; try by inside.
    have [_ columns _] := E; rewrite (columns l i j k) //; congr (_ - _ * _).
    by apply: eq_big_nat => s Ns; rewrite (activations t E l.-1 s j k) //; inside.
  - move=> l i k hl *; rewrite !bias_step //; try by inside.
    have [_ _ biases] := E; rewrite (biases l i k) //; congr (_ - _ * _).
    by apply: eq_big_nat => s Ns; rewrite (deltas t E l s i k).
split; last split; move=> t *; have E := ever t.
- by have [rows _ _] := E; apply: rows => //; inside.
- by apply: (activations t) => //; inside.
- by apply: (gradient_rows t) => //; inside.
