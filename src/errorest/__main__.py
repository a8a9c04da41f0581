"""``python -m errorest`` is the command ``errorest``."""

from errorest.cli import main

if __name__ == "__main__":
    main()
