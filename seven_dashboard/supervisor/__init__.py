"""One command for a bare machine: starts every part, restarts what dies, stops all."""
