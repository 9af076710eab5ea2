/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * TstCarrier:
 *
 * What goes by hand and what makes room, as the screen sees it: sync/client implements it on the object that is the TstSyncControl, ui asks whether that is one. Main
 * thread only; the work runs on threads.
 *
 * Jobs and their arguments: "export" {"path", "event"?, "record"?, "continue"?}, "import" {"path"}, "space" {}, "free" {"bytes"?}, "fetch" {"sha256"}. Answers have the
 * members that testigoctl prints for the same; "export" has besides "full" (true: this stick took what it could, the rest waits for the next one).
 */
#define TST_TYPE_CARRIER (tst_carrier_get_type ())
G_DECLARE_INTERFACE (TstCarrier, tst_carrier, TST, CARRIER, GObject)

/* On the main thread, a few times a second at most. */
typedef void (*TstCarrierProgress) (guint64 done, guint64 total, gpointer user_data);

struct _TstCarrierInterface
{
  GTypeInterface parent;
  void (*run_async) (TstCarrier *self, const char *job, JsonObject *args, TstCarrierProgress progress, gpointer progress_data,
                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
  JsonObject *(*run_finish) (TstCarrier *self, GAsyncResult *result, GError **error);
};

/* @progress (nullable) is not called after @callback. */
void tst_carrier_run_async (TstCarrier *self, const char *job, JsonObject *args, TstCarrierProgress progress, gpointer progress_data,
                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
JsonObject *tst_carrier_run_finish (TstCarrier *self, GAsyncResult *result, GError **error);

G_END_DECLS
