/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * TstSyncControl:
 *
 * What the screen sees of the transport without knowing it: sync/client implements it, ui binds to it, app joins them. Main thread only.
 *
 * Properties that every implementation has (notify on change): "state" (string: "idle", "connecting", "sending", "waiting", "paused", "stopped"),
 * "error-code" (string, a code of TST_ERROR, "" when all is well), "bytes-total", "bytes-done" (guint64, of the run under way), "rate" (double, bytes/s),
 * "paused" (boolean, writable), "retry-at" (gint64, monotonic µs of the next try, 0: none), "metered-allowed" (boolean, writable: FALSE is "only over Wi-Fi").
 *
 * Signals: "item-progress" (string content hash in hex, guint64 done, guint64 total); "changed" (something moved on: lists are worth reading again;
 * at most a few times a second).
 */
#define TST_TYPE_SYNC_CONTROL (tst_sync_control_get_type ())
G_DECLARE_INTERFACE (TstSyncControl, tst_sync_control, TST, SYNC_CONTROL, GObject)

struct _TstSyncControlInterface
{
  GTypeInterface parent;
  void (*kick) (TstSyncControl *self);
  void (*retry) (TstSyncControl *self, const char *item);
};

/* Something new was saved, the network came back, or the person asks. */
void tst_sync_control_kick (TstSyncControl *self);
/* Puts an item that was set aside (record or content hash in hex; NULL: all) back into the queue. */
void tst_sync_control_retry (TstSyncControl *self, const char *item);

G_END_DECLS
