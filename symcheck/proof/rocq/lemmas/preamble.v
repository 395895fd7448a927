(* Theorems of symcheck, for Rocq (Coq 8.16) and mathcomp 1.15: coqc theorems.v checks them, where this file has that name
   (no name of a file may have a hyphen).

   Indices are natural numbers. Where the theorems speak of real numbers, K is any ring with the structure that they need:
   commutative, a field where they divide, ordered where they compare. There are no derivatives in such a ring: sigma and
   sigma' are any functions, one for each layer, and so is the slope of the loss at the outputs, delta t L. So
   backpropagation and the gradients are premises here. That they follow from the chain rule is proved by the
   kernel of symcheck, not in this file. Where a theorem divides, a premise says that what it divides by is not 0 in K:
   for the number of members of a block, that the characteristic does not divide it. *)

From Coq Require Import Ring Lia.
From mathcomp Require Import all_ssreflect ssralg ssrnum.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.
