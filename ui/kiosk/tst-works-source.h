/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-session.h"
#include "model/tst-work-index.h"

G_BEGIN_DECLS

/* A list in order of distance is put in order again once one has gone so far, in metres: not for each fix of a receiver that stands still. */
#define TST_WORKS_MOVED_M 25

/**
 * TstWorksSource:
 *
 * The index of all works, once for every page that searches them, and read again when they change. Signal "changed": other works, none, or they
 * could not be read, which is said to the person by this.
 */
#define TST_TYPE_WORKS_SOURCE (tst_works_source_get_type ())
G_DECLARE_FINAL_TYPE (TstWorksSource, tst_works_source, TST, WORKS_SOURCE, GObject)

/* The session's own, which it keeps; it begins to read when it is asked for. (transfer none) */
TstWorksSource *tst_works_source_for (TstSession *session);
TstWorkIndex *tst_works_source_get_works (TstWorksSource *self); /* (transfer none) (nullable): not read yet, or cannot be */
/* There is nothing to wait for: they were read, could not be, or there is no field book. */
gboolean tst_works_source_is_settled (TstWorksSource *self);

G_END_DECLS
