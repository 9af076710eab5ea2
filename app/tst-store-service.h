/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-sync-control.h"
#include "journal/tst-field-book.h"

G_BEGIN_DECLS

/* While the app holds a data folder, "testigoctl status|list|sync" work through it: the app owns a name on the session bus that is made from the folder's
 * path, with one object of the interface co.testigo.Store1:
 *
 *   Status () → (s: one JSON object)
 *   List (s: what, s: event or "") → (as: JSON objects)
 *   Sync () → (s: the summary of testigoctl sync, once what was due has gone or could not; with "code" when it ended in trouble)
 */

/**
 * TstStoreService:
 *
 * The app's end. Lives on the main thread; the field book's work runs on a worker.
 */
#define TST_TYPE_STORE_SERVICE (tst_store_service_get_type ())
G_DECLARE_FINAL_TYPE (TstStoreService, tst_store_service, TST, STORE_SERVICE, GObject)

/* Exports on the session bus; does nothing where there is none. */
TstStoreService *tst_store_service_new (TstFieldBook *book, TstSyncControl *sync);

/* testigoctl's end, blocking. TST_ERROR_STORE_IN_USE stays the caller's error when nobody answers for @folder (then @error is
 * G_DBUS_ERROR or G_IO_ERROR). Free the lines with g_strfreev(). */
char **tst_store_service_call (const char *folder, const char *method, const char *what, const char *event, GError **error);

G_END_DECLS
