/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-record-form.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * TstSpeakerOutcome:
 *
 * What came of a turn: answered, a commitment, an answer in writing, nothing. A commitment is written first, as a record of its own; until the outcome is saved the
 * draft remembers it, so that a crash in between makes no second one.
 *
 * Property: "promise" (string: id of the commitment, notifies).
 */
#define TST_TYPE_SPEAKER_OUTCOME (tst_speaker_outcome_get_type ())
G_DECLARE_FINAL_TYPE (TstSpeakerOutcome, tst_speaker_outcome, TST, SPEAKER_OUTCOME, TstRecordForm)

/* @row: of the list "speakers" */
GtkWidget *tst_speaker_outcome_new (TstSession *session, const char *event_id, JsonObject *row);

G_END_DECLS
