"""The lesson: one page that shows, with numbers and with the proof, why weights must not start equal.

Reading order: `case` (a network in training and its numbers), `presets` (the cases that are shown), `lines` (which numbers stand
beside which line of a proof), `sections/` (what each section shows, as data), `lesson` (all of them), `page` (data, templates,
style and scripts into one file). Scripts in ``assets`` compute what a reader changes; ``numbers.py`` and ``numbers.mjs`` write a
number alike.
"""
