"""Sessions, learning sets, registers, attendance and progress towards completion."""
