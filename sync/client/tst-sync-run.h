/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/tst-sync-client.h"
#include "client/tst-transport.h"
#include "protocol/tst-receipt.h"

G_BEGIN_DECLS

/* Inside of sync/client: one run of the transport. The thread that calls tst_sync_run_execute() leads it, threads of tst-sync-media.c
 * help; all of them block. */

/* What may be set from outside: by tests, and once by the app. */
typedef struct
{
  guint timeout_s;            /* of a silent connection */
  guint backoff_min_ms, backoff_max_ms;
  double (*random) (void);    /* [0, 1): the jitter */
  guint media_threads;
  guint bundle_records;
  gsize bundle_bytes;
  gboolean register_only;     /* ends once central knows the device's keys */
} TstSyncOptions;
void tst_sync_options_init (TstSyncOptions *self);
/* For the runs that begin from now on. */
void tst_sync_client_set_options (TstSyncClient *self, const TstSyncOptions *options);

/* Called on the run's threads; must not block. */
typedef struct
{
  void (*state) (const char *state, gint64 retry_at_us, const GError *error, gpointer user_data);
  void (*bytes) (gint64 done, gint64 total, gpointer user_data); /* changes to add */
  void (*item) (const TstHash *sha256, guint64 done, guint64 total, gpointer user_data);
  void (*changed) (gpointer user_data);
  gpointer user_data;
} TstSyncObserver;

/* A bundle arrives whole or not at all. Where the greeting takes its time the first is small, and each that arrives lets the next be twice as large, until
 * the line breaks under one: then the next is half as large as that, and they grow slowly. */
#define TST_SYNC_BUNDLE_FIRST (32 * 1024)
#define TST_SYNC_BUNDLE_LEAST (4 * 1024)

typedef struct _TstSyncMedia TstSyncMedia;

typedef struct
{
  TstFieldBook *book;
  TstPeer *peer;
  TstSyncOptions options;
  TstSyncObserver observer;
  GCancellable *outer;        /* (nullable) the caller's */
  GCancellable *cancellable;  /* ours: also when one thread's failure ends the others */
  gulong outer_handler;
  gint64 patience_us;         /* < 0: for ever */

  TstNonces *field_nonces, *open_nonces;
  TstTransport *field, *open; /* of the leading thread */
  TstSyncMedia *media;
  gboolean greeted;           /* hello was verified, and nothing strange has answered since */
  gboolean heads_compared;    /* once a run */
  char *shown;                /* (nullable) the checkpoint that hello showed */
  JsonObject *news;           /* (nullable) central's newest answer about everything, not yet used */
  guint64 news_from;          /* size of the checkpoint that it builds on */
  gboolean asks_singly;       /* an older central: heads, missing, decisions and catalogue have questions of their own */

  GMutex mutex;
  GCond cond;
  gint64 trouble_since;       /* monotonic µs of the first failure after the newest verified answer, or 0 */
  guint generation;           /* counts verified answers and kicks: back-off begins anew */
  guint kicks;
  TstSyncSummary summary;
  guint64 bytes_expected;
  gsize bundle_bytes;         /* what this line is trusted to carry in one piece; on the leading thread, or while that waits */
  gboolean broke;             /* the line did, under a bundle */
} TstSyncRun;

/* NULL with TST_ERROR_NOT_ENROLLED. @patience_s G_MAXUINT: for ever. */
TstSyncRun *tst_sync_run_new (TstFieldBook *book, const TstSyncOptions *options, const TstSyncObserver *observer, guint patience_s,
                              GCancellable *cancellable, GError **error);
void tst_sync_run_free (TstSyncRun *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstSyncRun, tst_sync_run_free)
/* Until nothing is due any more, or a failure that trying on does not mend. */
gboolean tst_sync_run_execute (TstSyncRun *self, GError **error);
void tst_sync_run_kick (TstSyncRun *self); /* any thread: do not wait, try now */

/* --- among the run's own files --- */

/* One waiter's back-off: 1 s doubling to 5 min, each time a random part of it. */
typedef struct
{
  guint failures;
  guint generation;
} TstBackoff;
/* Sleeps before the next try; FALSE when @error is of those that do not pass, patience is over or the run was cancelled. */
gboolean tst_sync_run_wait (TstSyncRun *self, TstBackoff *backoff, const GError *error);
void tst_sync_run_alive (TstSyncRun *self);
void tst_sync_run_add_bytes (TstSyncRun *self, guint64 sent, guint64 resent);
TstTransport *tst_sync_run_new_transport (TstSyncRun *self, TstChain chain);
/* Refusals that concern the device and not the item. */
gboolean tst_sync_refusal_is_general (const char *code);

/* tst-sync-visit.c: what a run does besides sending */
gboolean tst_sync_hello (TstSyncRun *self, GError **error);
gboolean tst_sync_register (TstSyncRun *self, GError **error);
gboolean tst_sync_decisions (TstSyncRun *self, GError **error);
/* Takes over what an answer about decisions says; @ours (nullable): the newest checkpoint when it was asked. @more: (out): ask on. */
gboolean tst_sync_take_decisions (TstSyncRun *self, JsonObject *answer, const TstCheckpoint *ours, gboolean *more, GError **error);
gboolean tst_sync_catalogue (TstSyncRun *self, GError **error);
/* tst-sync-news.c: everything that is asked in every run, in one request. @found: something is due again. */
JsonObject *tst_sync_news_request (TstSyncRun *self, const TstCheckpoint *newest);
gboolean tst_sync_take_news (TstSyncRun *self, gboolean *found, GError **error);
/* tst-sync-heads.c: is our journal the one that central knows, and central's log the one that we know? Shows central the newest checkpoint,
 * gives a restored log back what it lacks (and then TST_ERROR_BUSY: it takes nothing else meanwhile), retires keys that somebody else writes with. */
gboolean tst_sync_compare_heads (TstSyncRun *self, GError **error);
/* Makes due again what central no longer holds; @found: something is. */
gboolean tst_sync_find_missing (TstSyncRun *self, gboolean *found, GError **error);
/* The same from an answer that is there, or from number @since on of the transport's chain. */
gboolean tst_sync_take_missing (TstSyncRun *self, JsonObject *answer, gboolean *found, gint64 *next, GError **error);
gboolean tst_sync_find_missing_of (TstSyncRun *self, TstTransport *transport, gint64 since, gboolean *found, GError **error);
/* Asks for news and keeps the answer in @self; TRUE without one when central tells a lost device nothing, or is an older one. */
gboolean tst_sync_ask_news (TstSyncRun *self, GError **error);

/* Keeps both notes in FOLDER/quarantine and sets TST_ERROR_BAD_PROOF. Always FALSE. */
gboolean tst_sync_keep_evidence (TstSyncRun *self, const TstCheckpoint *ours, const TstCheckpoint *theirs, GError **error);

/* tst-sync-records.c */
gboolean tst_sync_records (TstSyncRun *self, TstTransport *transport, TstChain chain, GError **error);
/* The checkpoint of an answer: signed by the log's key and an extension of @ours (nullable), the newest one that we hold. */
TstCheckpoint *tst_sync_open_checkpoint (TstSyncRun *self, JsonObject *answer, const TstCheckpoint *ours, GError **error);
/* Opens the holding note of an answer and stores its lines, which come back: (transfer full): GArray of TstHolding. */
GArray *tst_sync_take_holding (TstSyncRun *self, JsonObject *answer, GError **error);
GArray *tst_sync_take_holding_at (TstSyncRun *self, JsonObject *answer, gint64 *issued_s, GError **error); /* with its time */

/* An answer of § 4 that did not come over the network; items of other devices are passed over. @own (out): proofs that were taken. Errors as for one that did. */
gboolean tst_sync_take_answer (TstSyncRun *self, JsonObject *answer, guint *own, GError **error);

/* tst-sync-download.c: the next @bytes - (size of @path) bytes of a file of central, after those that an earlier try left at @path. The caller checks the hash, and
 * takes the file away when it is not what it should be. Cut: TST_ERROR_UNREACHABLE, and what came stays. */
gboolean tst_sync_download (TstSyncRun *self, const char *address, const char *path, guint64 bytes, GError **error);

/* tst-sync-files.c: @mark (nullable) is what the catalogue said about them; as long as it is the one that is known, nothing is asked. */
gboolean tst_sync_files (TstSyncRun *self, const char *mark, GError **error);
gboolean tst_sync_make_durable (const char *path, GError **error); /* fsync of what was downloaded */
gboolean tst_sync_ends_run (const GError *error); /* it concerns the whole run and not one file */
/* tst-sync-pictures.c: of the viewpoints that the catalogue told of. */
gboolean tst_sync_pictures (TstSyncRun *self, GError **error);

/* Runs @func with a transport once central has shown who it is (hello, registration); again after a hiccup, so that it must be able to begin anew. */
typedef gboolean (*TstSyncWork) (TstSyncRun *run, gpointer data, GError **error);
gboolean tst_sync_client_with_central (TstSyncClient *self, TstSyncWork func, gpointer data, GCancellable *cancellable, GError **error);
gboolean tst_sync_run_work (TstSyncRun *self, TstSyncWork func, gpointer data, GError **error);

/* tst-sync-relay.c: what other devices gave this one to carry; after all of its own. */
gboolean tst_sync_relay (TstSyncRun *self, GError **error);

/* tst-sync-media.c: its threads start at once. Drain fetches the receipts of what went up; @to_the_end: until all media are through. */
TstSyncMedia *tst_sync_media_new (TstSyncRun *run);
void tst_sync_media_free (TstSyncMedia *self); /* stops and joins */
gboolean tst_sync_media_drain (TstSyncMedia *self, gboolean to_the_end, GError **error);
gboolean tst_sync_media_has_failed (TstSyncMedia *self);

G_END_DECLS
