have T : in_blocks sigma sigma' L N n m W G b g z h delta eta R C B Z H D.
  split.
  - by split=> [l I a J|l I J c|l I a] *; rewrite ?row_sums ?column_sums ?equal_biases //; same.
  - by move=> *; rewrite input // inputs // block_input.
  - by move=> *; rewrite outputs.
  - by move=> *; rewrite pre_activation //; same.
  - by move=> *; rewrite activation.
  - by move=> *; rewrite backpropagation //; same.
  - by move=> t l I a J c []; move=> *; rewrite gradient //; same.
  - by move=> *; rewrite gradient_of_bias //; same.
  - by move=> t l I a J c []; move=> *; rewrite weight_update // shared_rate //; same.
  - by move=> *; rewrite bias_update // shared_bias_rate //; same.
  - by move=> *; rewrite block_pre_activation //; same.
  - by move=> *; rewrite block_activation.
  - by move=> *; rewrite block_delta //; same.
  - by move=> *; rewrite block_weight_update //; same.
  - by move=> *; rewrite block_column_update //; same.
  - by move=> *; rewrite block_bias_update //; same.
split=> [t l s I a|t l I a J c] *; have E := for_ever T t.
- by rewrite (activations T E) //; inside.
- by rewrite (gradients T E) //; same.
