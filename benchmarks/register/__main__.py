"""`inside JOB …` is a process that `server.py` starts; anything else is `./dev bench register`."""

import contextlib
import json
import signal
import sys

if __name__ == "__main__":
    if sys.argv[1:2] == ["inside"]:
        import django

        django.setup()
        from benchmarks.register.inside import INSIDE

        with contextlib.suppress(BrokenPipeError):
            print(json.dumps(INSIDE[sys.argv[2]](*sys.argv[3:])), flush=True)
        sys.exit()
    from benchmarks.register.measures import main

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the private server ends too
    sys.exit(main(sys.argv[1:]))
