(* What the proofs are written with. *)

Definition ring_of (K : comRingType) :
  @ring_theory (GRing.Zmodule.sort (GRing.ComRing.zmodType K)) (GRing.zero (GRing.ComRing.zmodType K))
    (GRing.one (GRing.ComRing.ringType K)) (@GRing.add (GRing.ComRing.zmodType K))
    (@GRing.mul (GRing.ComRing.ringType K))
    (fun x y => @GRing.add (GRing.ComRing.zmodType K) x (@GRing.opp (GRing.ComRing.zmodType K) y))
    (@GRing.opp (GRing.ComRing.zmodType K)) (@eq (GRing.Zmodule.sort (GRing.ComRing.zmodType K))) :=
  mk_rt _ _ _ _ _ _ _ (@add0r _) (@addrC _) (@addrA _) (@mul1r _) (@mulrC K) (@mulrA _) (@mulrDl _)
    (fun _ _ => erefl) (@subrr _).

(* The operations of K are reached on several ways through the structures of mathcomp, and ring knows one of them. *)
Ltac uniform K :=
  apply: (@addrI (GRing.ComRing.zmodType K) 0);
  let Z := constr:(GRing.ComRing.zmodType K) in let A := constr:(GRing.ComRing.ringType K) in
  repeat match goal with
  | |- context[GRing.zero ?Y] => tryif constr_eq Y Z then fail else change Y with Z
  | |- context[@GRing.add ?Y] => tryif constr_eq Y Z then fail else change Y with Z
  | |- context[@GRing.opp ?Y] => tryif constr_eq Y Z then fail else change Y with Z
  | |- context[@GRing.natmul ?Y] => tryif constr_eq Y Z then fail else change Y with Z
  | |- context[GRing.one ?Y] => tryif constr_eq Y A then fail else change Y with A
  | |- context[@GRing.mul ?Y] => tryif constr_eq Y A then fail else change Y with A
  end.

(* Equal by the laws of a commutative ring, inside sums too. *)
Ltac equal_in K := first [ reflexivity | uniform K; ring |
  match goal with |- ?l = ?r =>
    match l with context[@BigOp.bigop ?T ?A ?i ?s ?F] => match r with context[@BigOp.bigop ?T ?A ?i ?s ?G] =>
      tryif constr_eq F G then fail else
      (let E := fresh in
       have E : @BigOp.bigop T A i s F = @BigOp.bigop T A i s G; [ apply: eq_big_nat => ? _; equal_in K |
       rewrite E; clear E; equal_in K ]) end end end ].

(* An index in its range, by linear arithmetic. *)
Ltac inside := simpl in *;
  repeat match goal with H : is_true (_ && _) |- _ => move/andP: H => [? ?] end;
  repeat match goal with |- is_true (_ && _) => apply/andP; split end;
  repeat match goal with H : is_true (leq _ _) |- _ => move/ssrnat.leP: H => ? end; try apply/ssrnat.leP; lia.
