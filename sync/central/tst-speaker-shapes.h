/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/tst-store.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * tst_speaker_shapes:
 *
 * Who had the word at an event, from whichever tablet it was written down, as far as it was published: first those who spoke, in that order, then those who are
 * still to speak or whose outcome is not out. On the store thread.
 *
 * Returns: (transfer full): [{"id", "number" ("A-3"; no two the same), "topic", "label", "actor_label", "used_ms", "about" (bool: the clock was lost in between, or a
 * person said how long it was), "limit_s", "outcome", "outcome_label", "text", "commitment": {"text", "responsible", "due_on"}}]; what is not known or not published is absent
 */
JsonArray *tst_speaker_shapes (TstStore *store, const char *event, GError **error);

G_END_DECLS
