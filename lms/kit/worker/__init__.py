"""The worker: does what no page waits for, job by job, in one process of each installation. It knows no room: each lists its own
jobs in its `jobs.py`, and the setting IMSA_JOBS names them in their turn. Imports nothing of `lms` but the clock and `kit.models`.
Start reading in `jobs.py`, then `turns.py`."""
