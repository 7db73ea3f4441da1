class _OpenEnum(IntEnum):
    """An enum that keeps a code its document does not list: it can be shown and compared."""

    @classmethod
    def _missing_(cls, value: object) -> Any:
        if not isinstance(value, int):
            return None
        member = int.__new__(cls, value)
        member._name_ = f"UNKNOWN_{value}"
        member._value_ = value
        return member

    @classmethod
    def listed(cls, value: Any) -> Any:
        """Refuse to write a code that is not listed."""
        if value not in list(cls):
            raise ValueError(f"{value!r} is no listed code of {cls.__name__}")
        return cls(value)
