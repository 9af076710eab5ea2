/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-clock.h"
#include "base/tst-location.h"

G_BEGIN_DECLS

/**
 * TstLocator:
 *
 * A TstLocation from what the machine has: gpsd on its usual socket, GeoClue (inside Flatpak through the portal), both at once, or a replay file
 * instead of them. Of two fixes at one moment the more accurate one counts; one that would mean a jump that nobody can make is not believed until it
 * has been said three times.
 */
#define TST_TYPE_LOCATOR (tst_locator_get_type ())
G_DECLARE_FINAL_TYPE (TstLocator, tst_locator, TST, LOCATOR, GObject)

/* @clock: (nullable): told the time of receivers. */
TstLocator *tst_locator_new (TstClock *clock);
/* tst_fix_read_file(); before the first start. A file with one fix stands still, a longer one ends where it ends. */
gboolean tst_locator_set_replay (TstLocator *self, const char *path, GError **error);
/* Where gpsd listens; by default localhost:2947. Before the first start. */
void tst_locator_set_gpsd (TstLocator *self, const char *host, guint16 port);
void tst_locator_set_use_geoclue (TstLocator *self, gboolean use);

/* For the sources: what they hear. @fix NULL: they know that they do not know. */
void tst_locator_take (TstLocator *self, const char *source, const TstFix *fix);
void tst_locator_take_state (TstLocator *self, const char *source, const char *state); /* "denied", "missing" or "searching" */

G_END_DECLS
