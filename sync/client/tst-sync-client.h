/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal/tst-outbox.h"

G_BEGIN_DECLS

/**
 * TstSyncClient:
 *
 * Takes a field book's journal to central and brings back proof, decisions and catalogue (sync/protocol/README.md). All transport
 * runs on threads of its own with blocking calls; properties and signals change on the main context in which the object was made.
 *
 * Implements TstSyncControl (base/tst-sync-control.h), whose properties and signals it has. "rate" is over the last 5 s.
 */
#define TST_TYPE_SYNC_CLIENT (tst_sync_client_get_type ())
G_DECLARE_FINAL_TYPE (TstSyncClient, tst_sync_client, TST, SYNC_CLIENT, GObject)

TstSyncClient *tst_sync_client_new (TstFieldBook *book);

typedef struct
{
  guint64 records_sent, media_sent;
  guint64 bytes_sent;    /* request bodies that left, all of them */
  guint64 bytes_resent;  /* of those, bytes that central had received before */
  guint64 pending, held, set_aside;
} TstSyncSummary;

/* One whole run, blocking, on the calling thread (testigoctl sync; tests). Tries on through hiccups up to @patience_s seconds without any
 * verified answer. TST_ERROR_NOT_ENROLLED, _UNREACHABLE, _CAPTIVE_PORTAL, _REDIRECTED, _UNTRUSTED, _BAD_PROOF, … @summary is filled in either case. */
gboolean tst_sync_client_run (TstSyncClient *self, guint patience_s, TstSyncSummary *summary, GCancellable *cancellable, GError **error);

/* Only makes the device's keys known to central, sending nothing (testigoctl enrol). Errors as above. */
gboolean tst_sync_client_register (TstSyncClient *self, guint patience_s, GCancellable *cancellable, GError **error);
/* What all runs of this object have sent together since it was made; pending, held and set_aside as the last one left them. Any thread. */
void tst_sync_client_get_totals (TstSyncClient *self, TstSyncSummary *totals);

/* The background form for the app: runs whenever something is due and there is a network, backs off, wakes on tst_sync_client_kick(). */
void tst_sync_client_start (TstSyncClient *self);
void tst_sync_client_kick (TstSyncClient *self);   /* something new was saved; the network came back; woke from suspend */
void tst_sync_client_stop (TstSyncClient *self);   /* blocks until the threads are out (bounded: cancels requests) */
void tst_sync_client_set_paused (TstSyncClient *self, gboolean paused);

G_END_DECLS
