/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-http-pool.h"
#include "central/tst-tus-private.h"
#include "central/tst-tus-server.h"

G_BEGIN_DECLS

/* Inside of tst-tus-server.c, tst-tus-turns.c and tst-tus-request.c. Everything in them but the *_job functions runs on the server's thread. An upload's
 * work on the disk is done by one job at a time: tst_tus_turns_advance() starts the next when one comes back. */

#define TST_TUS_PATH "/sync/v1/media"
#define TST_TUS_REQUEST_KEY "tst-tus-request"

typedef struct _TstTusTurns TstTusTurns;
typedef struct _TstTusRequest TstTusRequest;

/* One request that wants its turn at an upload. */
struct _TstTusRequest
{
  TstTusServer *server;
  SoupServerMessage *message;
  gboolean finished; /* the line is gone */
  gboolean paused;
  TstTusKind kind;
  char *device;
  TstTusCreation creation; /* POST */
  guint64 offset;          /* PATCH: where it says it begins */
  guint64 length;          /* bytes of body announced */
  TstTusChecksum checksum;

  /* while its body streams in */
  TstTusTurns *upload;
  GQueue pending; /* of GBytes */
  gsize waiting;  /* bytes in @pending or being written */
  guint64 taken;  /* bytes handed to @pending so far */
  guint64 began;  /* offset at which its bytes began */
  TstHasher *hasher;
  gsize draining; /* its line is taken for dead: so many bytes may still come of what was on this end of it */
  gboolean ended; /* no more bytes will come */
  gboolean cut;   /* ended by the line, not by the sender */
};

/* Who wants what of one upload, one after the other. */
struct _TstTusTurns
{
  TstTusServer *server;
  char *id;
  TstIncoming *incoming; /* NULL until loaded */
  GError *trouble;       /* why it cannot go on; told to all who wait */
  gboolean loaded;
  gboolean over;         /* its bytes are a medium now */
  gboolean running;      /* a job is on the disk */
  TstTusRequest *stream; /* whose bytes come in now */
  GQueue turns;          /* of TstTusRequest */
};

struct _TstTusServer
{
  TstCentral *central;
  TstRequestAuth *auth;
  TstHoldings *holdings;
  GMainContext *context;
  GThreadPool *disk;
  GHashTable *uploads;  /* id → TstTusTurns */
  GHashTable *creating; /* medium and device → GQueue of TstTusRequest that wait for the creation under way */
  guint active;         /* jobs and streams */
  guint jobs;
  gboolean orphaned;    /* freed by its owner while jobs were under way */
  GSource *sweep;
  gboolean stopping;
};

typedef struct _TstTusJob TstTusJob;
struct _TstTusJob
{
  TstTusServer *server;
  void (*work) (TstTusJob *job); /* on a disk thread */
  void (*done) (TstTusJob *job); /* back on the server's thread */
  TstTusTurns *upload;
  TstTusRequest *request;
  TstIncoming *incoming;
  char *id;
  GQueue chunks; /* of GBytes */
  gsize bytes;
  gboolean held;
  gboolean finished;
  gboolean mismatch; /* checksum of a piece */
  GError *error;
};

/* --- tst-tus-request.c --- */

TstTusJob *tst_tus_job_new (TstTusServer *server, void (*work) (TstTusJob *), void (*done) (TstTusJob *));
void tst_tus_job_push (TstTusJob *job);
void tst_tus_job_run (gpointer data, gpointer user_data); /* of the pool's threads */
void tst_tus_server_unlink (TstTusServer *self);

void tst_tus_request_pause (TstTusRequest *self);
void tst_tus_request_resume (TstTusRequest *self);
void tst_tus_request_free (gpointer data);
/* Its answer is set: let it go out. */
void tst_tus_request_answer (TstTusRequest *self);
void tst_tus_request_refuse (TstTusRequest *self, guint status, const char *code, const char *text);
void tst_tus_request_refuse_error (TstTusRequest *self, const GError *error);
void tst_tus_request_set_offset (SoupServerMessage *message, guint64 offset);
void tst_tus_request_set_created (TstTusRequest *self, const char *id, guint64 offset);

/* --- tst-tus-turns.c --- */

void tst_tus_turns_free (gpointer data);
void tst_tus_turns_advance (TstTusTurns *upload);
/* @request gets its turn at the upload of that @id. */
void tst_tus_turns_want (TstTusServer *self, const char *id, TstTusRequest *request);
/* Ends the body of @stream here and now; bytes that came and were not read yet are lost. */
void tst_tus_turns_cut (TstTusRequest *stream);

G_END_DECLS
