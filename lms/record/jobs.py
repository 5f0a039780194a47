"""What the worker does for the record. Checkpoints are mailed too, so their job stands in `lms/people/jobs.py`."""

from lms.kit.worker.jobs import Job

from .sequencer import sequence_all

RECORD = Job("record", 2, sequence_all)
