"""When a worker counts as deaf: work waits although there is room for it."""

from __future__ import annotations

from seven_dashboard.deafness import Ear


def look(ear: Ear, oldest: dict[str, bytes], *, at: float, room: bool = True) -> bool:
    return ear.is_deaf(oldest, has_room=room, now=at)


def test_same_message_waiting_beside_room_is_deafness() -> None:
    ear = Ear(patience_s=45)
    looks = [look(ear, {"sending": b"one"}, at=at) for at in (0, 20, 44, 45)]
    assert looks == [False, False, False, True]


def test_long_queue_that_moves_is_no_deafness() -> None:
    ear = Ear(patience_s=45)
    assert not any(look(ear, {"sending": b"%d" % at}, at=at) for at in range(0, 300, 5))


def test_worker_without_room_is_not_deaf() -> None:
    ear = Ear(patience_s=45)
    assert not look(ear, {"imports": b"one"}, at=0)
    assert not look(ear, {"imports": b"one"}, at=60, room=False)
    assert not look(ear, {"imports": b"one"}, at=70)
    assert look(ear, {"imports": b"one"}, at=115)


def test_one_of_two_queues_left_alone_is_deafness() -> None:
    ear = Ear(patience_s=45)
    assert not look(ear, {"interactive": b"a", "periodic": b"x"}, at=0)
    assert look(ear, {"interactive": b"b", "periodic": b"x"}, at=50)


def test_empty_queues_forget_what_waited() -> None:
    ear = Ear(patience_s=45)
    assert not look(ear, {"sending": b"one"}, at=0)
    assert not look(ear, {}, at=20)
    assert not look(ear, {"sending": b"one"}, at=50)
