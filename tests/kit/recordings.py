"""Recordings as browsers, telephones and mischief make them."""

import io
import struct

import numpy
import soundfile
from django.core.files.uploadedfile import SimpleUploadedFile

WHO = "Agnes Telltale-Marker"


def recording(seconds=2, rate=16_000, channels=1, kind="WAV", codec="PCM_16", level=0.3):
    """The bytes of a tone, with the name of whoever made it in its properties."""
    moments = numpy.arange(int(seconds * rate)) / rate
    tone = (level * numpy.sin(2 * numpy.pi * 440 * moments)).astype("float32")
    out = io.BytesIO()
    with soundfile.SoundFile(out, "w", rate, channels, format=kind, subtype=codec) as file:
        if kind in ("WAV", "OGG", "FLAC", "MP3"):
            file.artist = file.title = file.comment = WHO
        file.write(numpy.repeat(tone[:, None], channels, axis=1))
    return out.getvalue()


def wav_that_lies(frames=2**31 - 1, rate=16_000):
    """A header that says hours, and no sound behind it."""
    head = struct.pack(
        "<4sI4s4sIHHIIHH", b"RIFF", 2**32 - 1, b"WAVE", b"fmt ", 16, 1, 1, rate, 2 * rate, 2, 16
    )
    return head + struct.pack("<4sI", b"data", 2 * frames) + b"\0" * 64


def upload(content=None, name="agnes-recording.wav", **of_tone):
    return SimpleUploadedFile(name, content if content is not None else recording(**of_tone))
