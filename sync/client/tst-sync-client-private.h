/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/tst-network.h"
#include "client/tst-sync-run.h"

G_BEGIN_DECLS

/* What the two files of TstSyncClient share: tst-sync-client.c has the object and one run of it, tst-sync-background.c the thread that runs by itself. */

#define RATE_SAMPLES 64

typedef enum
{
  PROP_STATE = 1,
  PROP_ERROR_CODE,
  PROP_BYTES_TOTAL,
  PROP_BYTES_DONE,
  PROP_RATE,
  PROP_RETRY_AT,
  PROP_PAUSED,
  PROP_METERED_ALLOWED,
  N_PROPS
} TstSyncProp;

typedef struct
{
  gint64 time_us;
  gint64 done;
} RateSample;

typedef struct
{
  guint64 done, total;
} ItemProgress;

struct _TstSyncClient
{
  GObject parent_instance;
  TstFieldBook *book;
  GMainContext *context;
  GMutex run_mutex; /* one run at a time */

  GMutex mutex;     /* all below */
  GCond cond;
  TstSyncOptions options;
  const char *state;
  char *error_code;
  gint64 bytes_total, bytes_done;
  gint64 retry_at;
  gboolean paused, metered_allowed;
  RateSample samples[RATE_SAMPLES];
  guint n_samples;
  guint dirty;      /* bits of Prop to notify */
  gboolean changed;
  GHashTable *items; /* TstHash → ItemProgress, to signal */
  GSource *telling;

  TstSyncSummary totals;
  TstSyncRun *run;
  GCancellable *cancellable; /* of the run under way */
  GThread *thread;
  gboolean stop;
  gboolean halted;  /* proof of a lie: until a person says otherwise */
  guint kicks;
  TstNetwork *network; /* while the background runs */
};

/* With the mutex held: @bits of 1 << TstSyncProp are notified soon on the main context. */
void tst_sync_client_mark (TstSyncClient *self, guint bits);
/* Takes the mutex. */
void tst_sync_client_set_state (TstSyncClient *self, const char *state, gint64 retry_at, const char *error_code);
/* With run_mutex held. */
gboolean tst_sync_client_run_once (TstSyncClient *self, gboolean register_only, guint patience_s, TstSyncSummary *summary,
                                   GCancellable *cancellable, GError **error);
void tst_sync_client_set_metered_allowed (TstSyncClient *self, gboolean allowed);

G_END_DECLS
