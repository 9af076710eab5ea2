/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* One person of the list "speakers", with what may be done: the actions are those of TstSpeakersPage. @name: (nullable) when nobody may read it. */
GtkWidget *tst_speaker_card_waiting (JsonObject *row, const char *name, gboolean first);
GtkWidget *tst_speaker_card_done (JsonObject *row, const char *name, const char *lang);

/* "A-3 · Rosalba Quintero": the name, else the label that the person allowed, else the number alone. */
char *tst_speaker_who (JsonObject *row, const char *name);
/* "waiting", "speaking", "paused", "spoke", "absent". */
const char *tst_speaker_word (JsonObject *row);
/* Waits, is absent or spoke: the one who speaks has a place of their own. */
gboolean tst_speaker_has_card (JsonObject *row);
/* What the cards of @rows (nullable) (of JsonObject) with those @names (nullable) (id of the record to name) say: other cards are other words. */
char *tst_speaker_cards_text (GPtrArray *rows, GHashTable *names);
/* "2:05" */
char *tst_speaker_minutes (int seconds);

G_END_DECLS
