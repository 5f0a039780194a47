"""A recording is kept as speech alone, and no file can make its reading long or large."""

import io
import time
import tracemalloc

import numpy
import pytest
import soundfile

from lms.kit import files
from lms.kit.files import sound

from .recordings import WHO, recording, upload, wav_that_lies


def read(content):
    return soundfile.SoundFile(io.BytesIO(content))


@pytest.mark.parametrize(
    ("kind", "codec", "rate", "channels"),
    [
        ("WAV", "PCM_16", 16_000, 1),
        ("WAV", "FLOAT", 44_100, 2),
        ("MP3", "MPEG_LAYER_III", 44_100, 2),
        ("OGG", "VORBIS", 48_000, 1),
        ("OGG", "OPUS", 48_000, 2),
        ("FLAC", "PCM_16", 32_000, 1),
        ("WAV", "ULAW", 8000, 1),
    ],
)
def test_what_is_taken_becomes_one_kind_and_says_nothing_of_its_maker(kind, codec, rate, channels):
    given = recording(3, rate, channels, kind, codec)
    assert kind == "WAV" or WHO.encode() in given or codec == "OPUS"
    kept, seconds = files.recording_of(upload(given, name="x.exe"))
    there = read(kept)
    assert (there.format, there.channels, seconds) == ("MP3", 1, 3)
    assert there.samplerate <= 24_000 and not there.copy_metadata() and WHO.encode() not in kept
    heard = there.read(dtype="float32")
    assert 0.15 < numpy.abs(heard[there.samplerate : -there.samplerate]).max() < 0.45
    beats = numpy.abs(numpy.fft.rfft(heard))
    assert abs(beats.argmax() * there.samplerate / len(heard) - 440) < 5, "the same tone"
    bits = 8 * len(kept) / (there.frames / there.samplerate)
    assert 20_000 < bits < 70_000


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"MZ" + b"\0" * 4000, "WAV, MP3, Ogg or FLAC"),
        (b"\x1aE\xdf\xa3webm" + b"\0" * 4000, "WAV, MP3, Ogg or FLAC"),
        (b"ID3" + b"\0" * 4000, "cannot read"),
        (b"OggS" + b"\xff" * 4000, "cannot read"),
        (b"RIFF\xff\xff\xff\xffWAVE" + b"\xff" * 4000, "cannot read"),
        (recording(1, 44_100, kind="AIFF"), "WAV, MP3, Ogg or FLAC"),
        (recording(1, 16_000, channels=8), "8 channels"),
        (recording(1, 384_000), "384 kHz"),
        (recording(1, 19_999), "19999 Hz"),
        (recording(1, level=0), "no sound"),
        (recording(0.1), "empty"),
        (wav_that_lies(), "empty"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_taken_is_refused_in_words(content, words):
    with pytest.raises(files.BadFile, match=words):
        files.recording_of(upload(content))


def test_a_recording_cut_in_the_middle_is_refused_or_read_as_far_as_it_goes():
    for kind, codec in (("MP3", "MPEG_LAYER_III"), ("FLAC", "PCM_16"), ("OGG", "VORBIS")):
        whole = recording(4, 44_100, kind=kind, codec=codec)
        try:
            _kept, seconds = files.recording_of(upload(whole[: len(whole) // 2]))
        except files.BadFile:
            continue
        assert 0 < seconds <= 4


def test_hours_of_silence_cost_no_more_than_the_longest_recording(settings):
    settings.IMSA_RECORDING_MAX_SECONDS = 20
    small = recording(300, 8000, kind="MP3", codec="MPEG_LAYER_III", level=0.01)
    begin = time.process_time()
    tracemalloc.start()
    with pytest.raises(files.BadFile, match="longer than"):
        files.recording_of(upload(small))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert time.process_time() - begin < 10 and most < 16 * 1024 * 1024


def test_reading_ends_with_its_time_and_gives_no_part_as_the_whole(settings, monkeypatch):
    settings.IMSA_RECORDING_READ_SECONDS = 0.05
    monkeypatch.setattr(sound, "BLOCK", 64)
    with pytest.raises(files.PassingFault, match="too long to read"):
        files.recording_of(upload(recording(60)))


def test_the_longest_and_the_largest_are_settings(settings):
    settings.IMSA_RECORDING_MAX_SECONDS = 2
    assert files.recording_of(upload(seconds=2))[1] == 2
    with pytest.raises(files.BadFile, match="longer than"):
        files.recording_of(upload(seconds=4))
    settings.IMSA_RECORDING_MAX_BYTES = 1024 * 1024
    with pytest.raises(files.BadFile, match="larger than 1 MB"):
        files.recording_of(upload(seconds=60))


def test_numbers_that_are_none_are_silence():
    values = numpy.full(32_000, numpy.nan, "float32")
    values[:16_000] = 0.2 * numpy.sin(numpy.arange(16_000) / 5)
    values[16_001] = numpy.inf
    out = io.BytesIO()
    soundfile.write(out, values, 16_000, format="WAV", subtype="FLOAT")
    kept, _seconds = files.recording_of(upload(out.getvalue()))
    assert numpy.isfinite(read(kept).read()).all()


def test_the_scanner_is_asked_before_anything_is_read(settings):
    settings.IMSA_UPLOAD_SCANNER = "tests.kit.test_sound.harmful"
    with pytest.raises(files.BadFile, match="virus scanner"):
        files.recording_of(upload())


def harmful(content):
    return True
