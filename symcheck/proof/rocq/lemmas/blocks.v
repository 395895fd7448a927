(* A network that is trained in blocks: what is equal in a block at the start is so at every step. *)

Lemma sum_of_equals (K : comRingType) (k : nat) (v : K) : \sum_(1 <= i < k.+1) v = k%:R * v.
Proof. by rewrite sumr_const_nat subSS subn0 mulr_natl. Qed.

Section blocks.
Variable K : comRingType.
Add Ring K_ring : (ring_of K).
Ltac same := equal_in K.
Variables (sigma slope : nat -> K -> K) (L N : nat) (n : nat -> nat) (m : nat -> nat -> nat).
Variables (W G : nat -> nat -> nat -> nat -> nat -> nat -> K) (b g : nat -> nat -> nat -> nat -> K).
Variables (z h delta : nat -> nat -> nat -> nat -> nat -> K) (eta : nat -> nat -> K).
Variables (R C : nat -> nat -> nat -> nat -> K) (B : nat -> nat -> nat -> K) (Z H D : nat -> nat -> nat -> nat -> K).
Notation layer l := (1 <= l <= L)%N.
Notation hidden l := (1 <= l < L)%N.
Notation sample s := (1 <= s <= N)%N.
Notation block l I := (1 <= I <= n l)%N.
Notation member l I a := (1 <= a <= m l I)%N.
Notation weight l I a J c := [/\ layer l, block l I, member l I a, block l.-1 J & member l.-1 J c].
Notation outer t l I J := (\sum_(1 <= s < N.+1) D t l s I * H t l.-1 s J).

Definition rows t := forall l I a J, layer l -> block l I -> member l I a -> block l.-1 J ->
  \sum_(1 <= c < (m l.-1 J).+1) W t l I a J c = R t l I J.
Definition columns t := forall l I J c, layer l -> block l I -> block l.-1 J -> member l.-1 J c ->
  \sum_(1 <= a < (m l I).+1) W t l I a J c = C t l I J.
Definition biases t := forall l I a, layer l -> block l I -> member l I a -> b t l I a = B t l I.
Definition equitable t := [/\ rows t, columns t & biases t].

Record in_blocks : Prop := InBlocks {
  at_start : equitable 0;
  inputs : forall t s J c, sample s -> block 0 J -> member 0 J c -> h t 0%N s J c = H t 0%N s J;
  outputs : forall t s I a, sample s -> block L I -> member L I a -> delta t L s I a = D t L s I;
  preactivation : forall t l s I a, layer l -> sample s -> block l I -> member l I a ->
    z t l s I a = b t l I a + \sum_(1 <= J < (n l.-1).+1) \sum_(1 <= c < (m l.-1 J).+1) W t l I a J c * h t l.-1 s J c;
  activation : forall t l s I a, hidden l -> sample s -> block l I -> member l I a ->
    h t l s I a = sigma l (z t l s I a);
  backpropagation : forall t l s I a, hidden l -> sample s -> block l I -> member l I a ->
    delta t l s I a = slope l (z t l s I a) *
      \sum_(1 <= O < (n l.+1).+1) \sum_(1 <= o < (m l.+1 O).+1) delta t l.+1 s O o * W t l.+1 O o I a;
  gradient : forall t l I a J c, weight l I a J c ->
    G t l I a J c = \sum_(1 <= s < N.+1) delta t l s I a * h t l.-1 s J c;
  bias_gradient : forall t l I a, layer l -> block l I -> member l I a ->
    g t l I a = \sum_(1 <= s < N.+1) delta t l s I a;
  update : forall t l I a J c, weight l I a J c -> W t.+1 l I a J c = W t l I a J c - eta t l * G t l I a J c;
  bias_update : forall t l I a, layer l -> block l I -> member l I a -> b t.+1 l I a = b t l I a - eta t l * g t l I a;
  block_preactivation : forall t l s I, layer l -> sample s -> block l I ->
    Z t l s I = B t l I + \sum_(1 <= J < (n l.-1).+1) R t l I J * H t l.-1 s J;
  block_activation : forall t l s I, hidden l -> sample s -> block l I -> H t l s I = sigma l (Z t l s I);
  block_delta : forall t l s J, hidden l -> sample s -> block l J ->
    D t l s J = slope l (Z t l s J) * \sum_(1 <= I < (n l.+1).+1) D t l.+1 s I * C t l.+1 I J;
  row_update : forall t l I J, layer l -> block l I -> block l.-1 J ->
    R t.+1 l I J = R t l I J - eta t l * (m l.-1 J)%:R * outer t l I J;
  column_update : forall t l I J, layer l -> block l I -> block l.-1 J ->
    C t.+1 l I J = C t l I J - eta t l * (m l I)%:R * outer t l I J;
  block_bias_update : forall t l I, layer l -> block l I ->
    B t.+1 l I = B t l I - eta t l * \sum_(1 <= s < N.+1) D t l s I }.

Hypothesis T : in_blocks.

Lemma preactivations_from t l : equitable t -> layer l ->
  (forall s J c, sample s -> block l.-1 J -> member l.-1 J c -> h t l.-1 s J c = H t l.-1 s J) ->
  forall s I a, sample s -> block l I -> member l I a -> z t l s I a = Z t l s I.
Proof.
move=> [Rows _ Biases] Ll below s I a Ns nI mI.
rewrite (preactivation T) // (block_preactivation T) // Biases //; congr (_ + _).
apply: eq_big_nat => J nJ; rewrite -(Rows l I a J) // mulr_suml.
by apply: eq_big_nat => c mJ; rewrite below.
Qed.

Lemma activations t : equitable t -> forall l s I a, (l < L)%N -> sample s -> block l I -> member l I a ->
  h t l s I a = H t l s I.
Proof.
move=> E; elim=> [|l below] s I a Ll Ns nI mI; first exact: (inputs T).
rewrite (activation T) ?(block_activation T) //; congr (sigma _ _).
by apply: preactivations_from => // [|s' J c *]; [inside | apply: below => //; inside].
Qed.

Lemma preactivations t : equitable t -> forall l s I a, layer l -> sample s -> block l I -> member l I a ->
  z t l s I a = Z t l s I.
Proof. by move=> E l s I a Ll *; apply: preactivations_from => // *; apply: activations => //; inside. Qed.

Lemma deltas t : equitable t -> forall l s I a, layer l -> sample s -> block l I -> member l I a ->
  delta t l s I a = D t l s I.
Proof.
move=> E l; have [k] := ubnP (L - l); elim: k l => // k above l kl s I a Ll Ns nI mI.
have [hl|Ll1] := ltnP l L; last first.
  have El : l = L by apply/eqP; rewrite eqn_leq Ll1 andbT; inside.
  by move: nI mI; rewrite El => nI mI; apply: (outputs T).
have kl1 : (L - l.+1 < k)%N by move: kl; rewrite -!minusE => ?; inside.
have [_ Columns _] := E; rewrite (backpropagation T) ?(block_delta T) ?(preactivations E) //; try by inside.
congr (_ * _); apply: eq_big_nat => O nO; rewrite -(Columns l.+1 O I a) ?mulr_sumr //.
by apply: eq_big_nat => o mO; rewrite (above l.+1 kl1).
Qed.

Lemma gradients t : equitable t -> forall l I a J c, weight l I a J c -> G t l I a J c = outer t l I J.
Proof.
move=> E l I a J c w; have [Ll nI mI nJ mJ] := w; rewrite (gradient T) //; apply: eq_big_nat => s Ns.
by rewrite (deltas E) // (activations E) //; inside.
Qed.

Lemma bias_gradients t : equitable t -> forall l I a, layer l -> block l I -> member l I a ->
  g t l I a = \sum_(1 <= s < N.+1) D t l s I.
Proof. by move=> E *; rewrite (bias_gradient T) //; apply: eq_big_nat => s Ns; rewrite (deltas E). Qed.

Lemma kept t : equitable t -> equitable t.+1.
Proof.
move=> E; have [Rows Columns Biases] := E; split=> [l I a J|l I J c|l I a] *.
- under eq_big_nat do rewrite (update T) // (gradients E) //.
  by rewrite big_split sumrN sum_of_equals /= Rows // (row_update T) //; same.
- under eq_big_nat do rewrite (update T) // (gradients E) //.
  by rewrite big_split sumrN sum_of_equals /= Columns // (column_update T) //; same.
- by rewrite (bias_update T) // (block_bias_update T) // Biases // (bias_gradients E).
Qed.

Lemma for_ever t : equitable t.
Proof. by elim: t => [|t /kept]; first exact: (at_start T). Qed.
End blocks.
