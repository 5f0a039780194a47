"""A recording, read and written anew as speech: what says when, where and by whom it was made stays behind. Alone imports soundfile and numpy (decision 0025)."""

import tempfile

import numpy
import soundfile
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from .limits import BadFile

FORMATS = {"WAV", "WAVEX", "MP3", "OGG", "FLAC"}
CODECS = {"PCM_16", "PCM_24", "PCM_32", "PCM_U8", "PCM_S8", "FLOAT", "DOUBLE", "ULAW", "ALAW"} | {
    "VORBIS",
    "OPUS",
    "MPEG_LAYER_III",
}
BLOCK = 65_536  # frames read at once: at most 1 MB of numbers
MOST_CHANNELS, LOWEST_RATE, HIGHEST_RATE = 2, 8000, 48_000
RATES = {8000, 11_025, 12_000, 16_000, 22_050, 24_000}  # of MP3, at which speech is kept
# At these rates MP3 has 8 to 160 kbit/s and soundfile's scale is linear: 48 kbit/s, 3.6 MB for ten minutes.
QUALITY = {"bitrate_mode": "CONSTANT", "compression_level": 0.75}
QUIETEST = 0.001  # of full scale: a microphone that is muted
SHORTEST = 0.5  # seconds
# A low-pass to a quarter of the rate (windowed sinc), before every other value is left out.
_TAPS = numpy.arange(-16, 17)
HALF = (numpy.sinc(_TAPS * 0.46) * 0.46 * numpy.hamming(33)).astype("float32")
HALF /= HALF.sum()

UNREAD = gettext_noop(
    "We cannot read this recording. Save it as WAV, MP3, Ogg or FLAC, then choose it again."
)
TOO_SLOW = gettext_noop(
    "This recording takes too long to read. Make it shorter, or try again in a few minutes."
)


def is_sound(beginning: bytes) -> bool:
    """Do the first bytes say WAV, MP3, Ogg or FLAC?"""
    return (
        (beginning[:4] == b"RIFF" and beginning[8:12] == b"WAVE")
        or beginning[:4] in (b"OggS", b"fLaC")
        or beginning[:3] == b"ID3"
        or (len(beginning) > 1 and beginning[0] == 0xFF and beginning[1] & 0xE6 == 0xE2)
    )


def write_anew(content: bytes) -> tuple[bytes, int]:
    """The recording as an MP3 of one channel, and its whole seconds. Raises BadFile with a sentence.

    What a header says of the length is not believed: blocks are read until the longest is reached, or the caller's time is over. Files and not memory
    stand behind both ends, because the library would call Python for each read, and what is raised there is lost.
    """
    if not is_sound(content[:16]):
        raise BadFile(_(UNREAD))
    with tempfile.TemporaryFile() as original, tempfile.TemporaryFile() as copy:
        original.write(content)
        original.seek(0)
        with soundfile.SoundFile(original.fileno(), closefd=False) as source:
            _insist_speech(source)
            seconds = _copy(source, copy)
        copy.seek(0)
        return copy.read(), seconds


def _insist_speech(source):
    if source.format not in FORMATS or source.subtype not in CODECS:
        raise BadFile(_(UNREAD))
    if source.channels > MOST_CHANNELS or not LOWEST_RATE <= source.samplerate <= HIGHEST_RATE:
        raise BadFile(
            _(
                "This recording has %(channels)s channels at %(rate)s kHz. Save it with one or two channels, at 8 to 48 kHz."
            )
            % {"channels": source.channels, "rate": f"{source.samplerate / 1000:g}"}
        )
    if _rate(source) not in RATES:
        raise BadFile(
            _("This recording has an unusual rate, %(rate)s Hz. Save it at 16,000 or 48,000 Hz.")
            % {"rate": source.samplerate}
        )


def _rate(source):
    return source.samplerate // 2 if source.samplerate > max(RATES) else source.samplerate


def _copy(source, copy) -> int:
    most = settings.IMSA_RECORDING_MAX_SECONDS * source.samplerate
    rate, count, loudest = _rate(source), 0, 0.0
    tail = numpy.zeros(len(HALF) - 1, "float32")
    made = {"format": "MP3", "subtype": "MPEG_LAYER_III", **QUALITY}
    with soundfile.SoundFile(copy.fileno(), "w", rate, 1, closefd=False, **made) as written:
        while len(block := source.read(BLOCK, dtype="float32", always_2d=True)):
            count += len(block)
            if count > most + source.samplerate:  # an encoder adds some silence of its own
                raise BadFile(_longest())
            mono = numpy.nan_to_num(block.mean(axis=1), posinf=0.0, neginf=0.0).clip(-1, 1)
            loudest = max(loudest, float(numpy.abs(mono).max()))
            if rate != source.samplerate:
                whole = numpy.concatenate([tail, mono])
                tail = whole[-len(tail) :]
                # BLOCK is even, so no value is left out twice.
                mono = numpy.convolve(whole, HALF, "valid")[::2]
            written.write(mono)
    if count < SHORTEST * source.samplerate:
        raise BadFile(_("This recording is empty. Record it again."))
    if loudest < QUIETEST:
        raise BadFile(
            _(
                "There is no sound in this recording. Check that the microphone is on, then record it again."
            )
        )
    return round(count / source.samplerate)


def _longest():
    return _("This recording is longer than %(most)s minutes. Make it shorter.") % {
        "most": settings.IMSA_RECORDING_MAX_SECONDS // 60
    }
