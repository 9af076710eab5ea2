/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal/tst-visit-private.h"

G_BEGIN_DECLS

/* Who asked for the word at a hearing or at the lectern of a comuna: three types of record through the door of tst-visit.h (README.md, "Speakers"). */

/* "speaker", "speaker-turn", "speaker-outcome". */
gboolean tst_speakers_is_type (const char *type);
/* What is public of a person was agreed to by that person. Of an addition and of an amendment alike. */
gboolean tst_speakers_check_label (JsonObject *content, GError **error);
/* Off the store thread, before the append: the label's consent, and the name, sealed to the officer and for the staff of the open event. */
gboolean tst_speakers_fill (TstFieldBook *self, TstDraft *draft, JsonObject *plain, GError **error);
/* In the transaction of the append: gives a turn its number, refuses what cannot follow, and notes the time that was used. */
gboolean tst_speakers_before (TstFieldBook *self, TstStore *store, TstDraft *draft, GError **error);
/* What the list "speakers" says besides: state, time, outcome. */
void tst_speakers_finish_row (TstFieldBook *self, JsonObject *row);

G_END_DECLS
