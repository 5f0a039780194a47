"""What becomes of marks: the external examiner's sample, boards and their decisions, results of modules, awards.

Imports `marking`, `taking` and `setting`.
Start with `queries/boards.py` (`readiness`), then `actions.py` (`ratify`) and `module_results.py` (marks become a result).
"""
