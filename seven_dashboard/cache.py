"""A cache that is missing must make pages slower, never broken."""

from __future__ import annotations

import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class ForgivingRedisCache(RedisCache):
    """Redis as a cache whose absence reads as empty."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except RedisError as error:
            _missing(error)
            return default

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        try:
            return dict(super().get_many(keys, version))
        except RedisError as error:
            _missing(error)
            return {}

    def set(
        self, key: Any, value: Any, timeout: Any = ..., version: int | None = None
    ) -> None:
        options = {} if timeout is ... else {"timeout": timeout}
        try:
            super().set(key, value, version=version, **options)
        except RedisError as error:
            _missing(error)

    def add(
        self, key: Any, value: Any, timeout: Any = ..., version: int | None = None
    ) -> bool:
        options = {} if timeout is ... else {"timeout": timeout}
        try:
            return bool(super().add(key, value, version=version, **options))
        except RedisError as error:
            _missing(error)
            return True

    def delete(self, key: Any, version: int | None = None) -> bool:
        try:
            return bool(super().delete(key, version))
        except RedisError as error:
            _missing(error)
            return False


def _missing(error: RedisError) -> None:
    logger.warning("cache unavailable", extra={"reason": type(error).__name__})
