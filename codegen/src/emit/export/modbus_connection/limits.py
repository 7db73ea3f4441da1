class _Limits:
    """Refuses to write what lies outside the limits of the device's document."""

    def __init__(
        self, low: str | None = None, high: str | None = None, step: str | None = None
    ) -> None:
        self.low = None if low is None else Fraction(low)
        self.high = None if high is None else Fraction(high)
        self.step = None if step is None else Fraction(step)

    def __call__(self, value: Any) -> Any:
        number = Fraction(int(value) if isinstance(value, int) else str(value))
        if self.low is not None and number < self.low:
            raise ValueError(f"{value} is below {float(self.low)}")
        if self.high is not None and number > self.high:
            raise ValueError(f"{value} is above {float(self.high)}")
        if self.step and (number - (self.low or 0)) % self.step:
            raise ValueError(f"{value} is off the step of {float(self.step)}")
        return value
