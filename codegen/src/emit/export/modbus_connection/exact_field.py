class _ExactField(_model.RegisterField[Any]):
    """A value whose form no field of modbus_connection has, decoded exactly.

    ``words`` are the registers from ``address`` on, the most significant first; ``bits`` the lowest and
    the highest bit of them that the value is; ``scale`` multiplier, addend and divisor.
    """

    def __init__(
        self,
        address: int,
        words: tuple[int, ...],
        kind: str = "unsigned",
        *,
        swapped: bool = False,
        bits: tuple[int, int] | None = None,
        scale: tuple[int, int, int] | None = None,
        absent: tuple[int, ...] = (),
        special: dict[int, str] | None = None,
        convert: Any = None,
        encoding: str = "ascii",
        packing: str = "two_high_first",
        **kwargs: Any,
    ) -> None:
        super().__init__(address, count=max(words) + 1, **kwargs)
        self.words = words
        self.kind = kind
        self.swapped = swapped
        self.low, high = bits or (0, 16 * len(words) - 1)
        self.width = high - self.low + 1
        self.scale = scale
        self.absent = frozenset(absent)
        self.special = special or {}
        self.convert = convert
        self.encoding = encoding
        self.packing = packing

    def decode(self, words: list[int], scale_exponent: int | None = None) -> Any:
        order = "little" if self.swapped else "big"
        read = b"".join(words[index].to_bytes(2, order) for index in self.words)
        if self.kind == "bytes":
            return read
        if self.kind == "text":
            return self._text(read)
        raw = int.from_bytes(read, "big") >> self.low & (1 << self.width) - 1
        if self.kind == "bcd":
            digits = f"{raw:x}"
            if not digits.isdecimal():
                return None
            raw = int(digits)
        elif self.kind == "sign_magnitude":
            sign = 1 << self.width - 1
            raw = raw if raw < sign else sign - raw
        elif self.kind.endswith("modulo_10000"):
            parts = [raw >> at & 0xFFFF for at in range(0, self.width, 16)]
            if self.kind == "signed_modulo_10000":
                parts = [part - (part >> 15 << 16) for part in parts]
            if max(map(abs, parts)) > 9999 or min(parts) < 0 < max(parts):
                return None
            raw = sum(part * 10000**at for at, part in enumerate(parts))
        elif self.kind == "signed" and raw >> self.width - 1:
            raw -= 1 << self.width
        if raw in self.absent:
            return None
        if raw in self.special:
            return self.special[raw]
        if self.convert is not None:
            return self.convert(raw)
        number: Any = raw
        if self.kind == "float":
            packed = raw.to_bytes(self.width // 8, "big")
            number = struct.unpack(">f" if self.width == 32 else ">d", packed)[0]
            if math.isnan(number):
                return None
        return self._scaled(number, scale_exponent)

    def _text(self, read: bytes) -> str | None:
        if self.packing == "one":
            end = next((at for at in range(0, len(read), 2) if not any(read[at : at + 2])), len(read))
            if any(read[:end:2]):
                return None
            read = read[1:end:2]
        elif self.packing == "two_low_first":
            read = bytes(byte for pair in zip(read[1::2], read[::2]) for byte in pair)
        try:
            return read.split(b"\0", 1)[0].rstrip(b" ").decode(self.encoding)
        except UnicodeDecodeError:
            return None

    def _terms(self, scale_exponent: int | None) -> tuple[int, int, int] | None:
        if self.scale_register is None:
            return self.scale
        if scale_exponent is None or not -10 <= scale_exponent <= 10:
            raise ValueError(f"unusable scale factor {scale_exponent}")
        multiplier, addend, divisor = self.scale or (1, 0, 1)
        if scale_exponent >= 0:
            return multiplier * 10**scale_exponent, addend, divisor
        power = 10**-scale_exponent
        return multiplier, addend * power, divisor * power

    def _scaled(self, number: Any, scale_exponent: int | None) -> Any:
        try:
            terms = self._terms(scale_exponent)
        except ValueError:
            return None
        if terms is None:
            return number
        multiplier, addend, divisor = terms
        if isinstance(number, float):
            if not math.isfinite(number):
                return number if multiplier > 0 else -number
            number = Fraction(number)
        scaled = Fraction(number * multiplier + addend) / divisor
        return scaled.numerator / scaled.denominator

    def encode(self, value: Any, scale_exponent: int | None = None) -> list[int]:
        size = 2 * len(self.words)
        if self.kind == "bytes":
            written = bytes(value)
        elif self.kind == "text":
            written = self._encoded(str(value))
        else:
            written = self._raw(value, scale_exponent).to_bytes(size, "big")
        if len(written) > size:
            raise ValueError(f"{value!r} does not fit in {len(self.words)} register(s)")
        written = written.ljust(size, b"\0")
        order = "little" if self.swapped else "big"
        words = [0] * self.count
        for position, index in enumerate(self.words):
            words[index] = int.from_bytes(written[2 * position : 2 * position + 2], order)
        return words

    def _encoded(self, text: str) -> bytes:
        if "\0" in text:
            raise ValueError("a text ends at its first NUL")
        data = text.encode(self.encoding)
        if self.packing == "one":
            return b"".join(bytes((0, byte)) for byte in data)
        if self.packing == "two_low_first":
            data += b"\0" * (len(data) % 2)
            return bytes(byte for pair in zip(data[1::2], data[::2]) for byte in pair)
        return data

    def _raw(self, value: Any, scale_exponent: int | None) -> int:
        for raw, label in self.special.items():
            if value == label:
                return raw % (1 << self.width)
        multiplier, addend, divisor = self._terms(scale_exponent) or (1, 0, 1)
        exact = Fraction(int(value) if isinstance(value, int) else str(value))
        number = (exact * divisor - addend) / multiplier
        if self.kind == "float":
            packed = struct.pack(">f" if self.width == 32 else ">d", float(number))
            return int.from_bytes(packed, "big")
        raw = round(number)
        if self.kind == "bcd":
            raw = int(str(raw), 16)
        if self.kind == "sign_magnitude":
            sign = 1 << self.width - 1
            if abs(raw) >= sign:
                raise ValueError(f"{value} does not fit in {self.width} bits")
            return raw if raw >= 0 else sign - raw
        if self.kind.endswith("modulo_10000"):
            largest = 10000 ** (self.width // 16) - 1
            if not (-largest if self.kind == "signed_modulo_10000" else 0) <= raw <= largest:
                raise ValueError(f"{value} does not fit in {self.width // 16} register(s)")
            parts = [abs(raw) // 10000**at % 10000 for at in range(self.width // 16)]
            return sum((part if raw >= 0 else -part % (1 << 16)) << 16 * at for at, part in enumerate(parts))
        low = -(1 << self.width - 1) if self.kind == "signed" else 0
        if not low <= raw < low + (1 << self.width):
            raise ValueError(f"{value} does not fit in {self.width} bits")
        return raw % (1 << self.width)
