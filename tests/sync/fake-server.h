/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "base/tst-hash.h"

G_BEGIN_DECLS

/* A server in a thread of its own that speaks tus 1.0 in memory and misbehaves as told. Whatever is under another path than /media goes
 * to a handler of the test's. */

typedef enum
{
  FAULT_STATUS,      /* answers @number at once, without looking at the request's body */
  FAULT_STATUS_DONE, /* does it, then answers @number */
  FAULT_HTML,        /* 200 and a page, as a captive portal does */
  FAULT_REDIRECT,    /* 302 to another host */
  FAULT_CUT,         /* takes @number bytes of the body, then closes the connection */
  FAULT_SHORT,       /* closes the connection when more than @number bytes of the body came; not for media */
  FAULT_LOST,        /* does it, then closes the connection without an answer */
  FAULT_NO_OFFSET,   /* does it, and leaves Upload-Offset out */
  FAULT_FORGET,      /* forgets the upload, then answers @number */
  FAULT_SILENT_TUS   /* answers 404 as something that does not speak tus */
} FaultKind;

typedef struct
{
  const char *method; /* NULL: any */
  FaultKind kind;
  guint64 number;
  guint times;        /* 0: for ever */
  const char *path;   /* NULL: any; else a part of the path */
} Fault;

typedef struct _FakeServer FakeServer;

/* On the server's thread. TRUE when it answered. */
typedef gboolean (*FakeHandler) (FakeServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data);

FakeServer *fake_server_new (GTlsCertificate *certificate); /* NULL: http */
void fake_server_free (FakeServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeServer, fake_server_free)
const char *fake_server_get_url (FakeServer *self); /* "http://127.0.0.1:PORT" */
void fake_server_set_handler (FakeServer *self, FakeHandler handler, gpointer user_data);
void fake_server_add_fault (FakeServer *self, Fault fault);
guint fake_server_faults_left (FakeServer *self);  /* those with a number of times */
guint fake_server_count (FakeServer *self, const char *method, const char *path); /* requests seen */

/* The finished upload of this content, or NULL. */
GBytes *fake_server_get_upload (FakeServer *self, const TstHash *sha256);
guint fake_server_count_uploads (FakeServer *self);
/* Puts bytes there as an earlier run would have left them; gives the URL. */
char *fake_server_put_part (FakeServer *self, const TstHash *sha256, GBytes *bytes, guint64 length);
void fake_server_forget (FakeServer *self);
/* Checks the finished bytes against the hash, as central does. */
void fake_server_set_checks_hash (FakeServer *self, gboolean checks);
guint64 fake_server_get_body_bytes (FakeServer *self); /* of all requests to /media */

G_END_DECLS
