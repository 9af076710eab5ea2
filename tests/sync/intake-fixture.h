/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-appender.h"
#include "central/tst-central-server.h"
#include "central/tst-device-registry.h"
#include "central/tst-intake.h"
#include "protocol/tst-bundle.h"
#include "record/tst-body.h"

G_BEGIN_DECLS

/* A central in a temporary folder, and tablets that speak to it by hand, byte for byte. */

#define FIXTURE_NOW_S G_GINT64_CONSTANT (1774623600) /* 2026-03-27T15:00:00Z, a whole hour */

typedef struct
{
  char *folder;
  TstFixedClock *clock;
  TstCentral *central;
  TstIntake *intake;

  /* with fixture_serve() */
  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;
  TstCentralServer *server;
  char *listen;
  char *address;
  GMutex lock;
  GCond ready;
  GError *error;
} Fixture;

Fixture *fixture_new (void);
void fixture_reopen (Fixture *self); /* close and open again, as after a restart */
/* Opens again after @change was done to the database while nobody had it. */
void fixture_tamper (Fixture *self, const char *sql);
void fixture_serve (Fixture *self, const char *listen); /* on a thread of its own; NULL: any port */
void fixture_stop (Fixture *self);
void fixture_free (Fixture *self);
guint64 fixture_count (Fixture *self, const char *sql); /* one number out of the store */

typedef struct
{
  Fixture *fixture;
  TstSigningKey *keys[2]; /* by TstChain */
  guint64 seq[2];
  TstHash prev[2];
} Tablet;

Tablet *tablet_new (Fixture *fixture); /* registered */
void tablet_free (Tablet *self);

typedef struct
{
  TstEnvelope *envelope;
  GBytes *body;
  GBytes *sealed;   /* of @body, for the intake */
  GPtrArray *parts; /* of TstBundlePart */
} Record;

/* The next record of a chain: @n_parts sealed parts of @part_size random bytes, naming @medium (nullable). */
Record *tablet_record (Tablet *self, TstChain chain, TstKind kind, const char *type, guint n_parts, gsize part_size,
                       const TstHash *medium, guint64 medium_bytes);
/* As if the last record of the chain had not been made: the next one takes its number. */
void tablet_forget_last (Tablet *self, TstChain chain, const Record *before);
void record_free (Record *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Record, record_free)

typedef enum
{
  WITH_BODY = 1,
  WITH_PARTS = 2,
  SEALED = 4,
  WITH_ALL = WITH_BODY | WITH_PARTS
} With;
void bundle_add (TstBundleWriter *writer, const Record *record, With with);
GBytes *bundle_of (const Record *record, With with);

/* Takes it in and checks what every answer must hold: signature, consistency from @from, proof of each item, holding note. */
JsonObject *fixture_take (Fixture *self, GBytes *bundle, guint64 from);
void fixture_check_answer (Fixture *self, JsonObject *answer, GBytes *bundle);
JsonObject *answer_item (JsonObject *answer, guint i);
gboolean item_misses (JsonObject *item, const TstHash *hash);
gboolean answer_holds (Fixture *self, JsonObject *answer, const TstHash *hash, guint64 bytes);

/* --- raw requests --- */

typedef struct
{
  guint status;
  SoupMessageHeaders *headers;
  GBytes *body;
} Answer;
void answer_free (Answer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Answer, answer_free)

/* Signed with @key (NULL: unsigned). @headers: NULL-terminated pairs, each covered by the signature. */
Answer *fixture_request (Fixture *self, TstSigningKey *key, const char *method, const char *path,
                         const char *const *headers, GBytes *body, const char *type);
char *fixture_nonce (Fixture *self);
/* The two signature fields for a request; @covered: NULL-terminated pairs of field and value. */
void fixture_sign (Fixture *self, TstSigningKey *key, const char *method, const char *path, const char *const *covered,
                   const char *nonce, char **input, char **signature);
/* A socket to the server, with a deadline on every read. */
int fixture_connect (Fixture *self);
JsonObject *answer_json (Answer *self);

G_END_DECLS
