/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * TstHttpTask:
 * @path: percent-decoded, as SoupServer hands it over
 * @target: path and query as they came, for "@target-uri"
 * @headers: of the request; only to be read
 * @body: of the request, never NULL
 *
 * One request on a worker thread, and its answer.
 */
typedef struct
{
  const char *method;
  const char *path;
  const char *target;
  GHashTable *query; /* (nullable) */
  SoupMessageHeaders *headers;
  GBytes *body;
  gpointer attached; /* (nullable) what tst_http_attach() gave the message */

  /* out */
  guint status;
  GBytes *answer;   /* (nullable) */
  GInputStream *stream; /* (nullable) instead of @answer: @length bytes of a file */
  guint64 length;
  const char *mime; /* static */
  SoupMessageHeaders *answer_headers;
} TstHttpTask;

typedef void (*TstHttpFunc) (TstHttpTask *task, gpointer user_data);

/* JSON answers: a refusal as README.md § 2 says, and an object's text (taken over). */
void tst_http_task_refuse (TstHttpTask *self, guint status, const char *code, const char *message);
void tst_http_task_answer_json (TstHttpTask *self, char *text);
/* TST_ERROR to status and code: no-space 507, io and read-only 503, too-large 413, … */
void tst_http_task_refuse_error (TstHttpTask *self, const GError *error);
/* The same for a message on the main thread. */
void tst_http_refuse (SoupServerMessage *message, guint status, const char *code, const char *text);
guint tst_http_status_for_error (const GError *error, const char **code);

/* For early handlers: a longer body gets 413 and is not kept; the line of a client that goes on sending is cut. */
void tst_http_limit_body (SoupServerMessage *message, gsize max);
/* What an early handler found out, for the worker; lives as long as the message. */
void tst_http_attach (SoupServerMessage *message, gpointer data, GDestroyNotify destroy);
/* Ends the connection under a message. */
void tst_http_cut (SoupServerMessage *message);

/* A timer on this thread's main context (g_timeout_add() would take the process's). Destroy and unref to end it. */
GSource *tst_http_timer (guint milliseconds, GSourceFunc func, gpointer user_data);
#define tst_http_timer_clear(timer) g_clear_pointer ((timer), tst_http_timer_end)
void tst_http_timer_end (GSource *timer);

/* Whose request it is, for limits: the peer's address, or what the proxy of production says when that is this machine. (nullable) */
char *tst_http_dup_client (SoupServerMessage *message);

/* "/path?query" of the request line, still encoded. */
char *tst_http_target (SoupServerMessage *message);

/**
 * TstHttpPool:
 *
 * Answers requests on a few threads while the main loop goes on. At most @queue requests wait; more are told to come again (503
 * "busy"). To be used on the thread of the SoupServer.
 */
typedef struct _TstHttpPool TstHttpPool;
TstHttpPool *tst_http_pool_new (guint threads, guint queue);
/* Requests under way are finished first, their answers dropped. */
void tst_http_pool_free (TstHttpPool *self);
guint tst_http_pool_get_active (TstHttpPool *self);
/* Pauses @message, runs @func, unpauses. */
void tst_http_pool_run (TstHttpPool *self, SoupServerMessage *message, const char *path, GHashTable *query,
                        TstHttpFunc func, gpointer user_data);

G_END_DECLS
