from __future__ import annotations

from django.urls import path

from messaging.views import stop_words

urlpatterns = [
    path("", stop_words.stop_words, name="stop_words"),
    path("add/", stop_words.stop_word_add, name="stop_word_add"),
    path("<int:word_id>/remove/", stop_words.stop_word_remove, name="stop_word_remove"),
    path("switch/", stop_words.stop_word_switch, name="stop_word_switch"),
]
