/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/tst-tus-upload.h"

#include "base/tst-error.h"
#include "client/tst-http.h"
#include "client/tst-range-stream.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* tus 1.0.0 (https://tus.io/protocols/resumable-upload): core, creation, creation-with-upload. */

#define TUS_VERSION "1.0.0"
#define WHOLE_MAX (8 * 1024 * 1024) /* up to here the creation brings the bytes along */
#define ANSWER_MAX (64 * 1024)
#define TURNS_MAX 8                 /* answers in a row without progress, then it is a matter for later */

struct _TstTusUpload
{
  SoupSession *session;
  char *endpoint;
  char *path;
  TstHash sha256;
  char *mime;
  TstSignMessage sign;
  gpointer sign_data;
  TstTusProgress progress;
  gpointer progress_data;
  TstTusCreated created;
  gpointer created_data;
  gsize piece;
  char *refusal;

  char *url;
  int fd;
  struct stat stat;
  guint64 size;
  guint64 offset;       /* what the server said last */
  gboolean tried;       /* the server may hold a part: ask before sending from the start */
  gboolean plain_create; /* this server does not want bytes with the creation */

  guint64 high;         /* first position that never left */
  guint64 bytes_sent;
  guint64 bytes_resent;
  guint64 wrote;        /* of the request under way */
  guint64 base;         /* position at which it began */
  guint64 length;       /* bytes of its body */
};

/* What an answer asks for. */
typedef enum
{
  NEXT_GO_ON,    /* offset is known */
  NEXT_ASK,      /* HEAD */
  NEXT_CREATE,
  NEXT_FAIL
} Next;

TstTusUpload *
tst_tus_upload_new (SoupSession *session, const char *endpoint, const char *path, const TstHash *sha256, const char *mime)
{
  TstTusUpload *self = g_new0 (TstTusUpload, 1);

  self->session = g_object_ref (session);
  self->endpoint = g_strdup (endpoint);
  self->path = g_strdup (path);
  self->sha256 = *sha256;
  self->mime = g_strdup (mime);
  self->fd = -1;
  return self;
}

void
tst_tus_upload_free (TstTusUpload *self)
{
  if (self->fd >= 0)
    close (self->fd);
  g_object_unref (self->session);
  g_free (self->endpoint);
  g_free (self->path);
  g_free (self->mime);
  g_free (self->url);
  g_free (self->refusal);
  g_free (self);
}

void
tst_tus_upload_set_signer (TstTusUpload *self, TstSignMessage sign, gpointer user_data)
{
  self->sign = sign;
  self->sign_data = user_data;
}

void
tst_tus_upload_set_progress (TstTusUpload *self, TstTusProgress progress, gpointer user_data)
{
  self->progress = progress;
  self->progress_data = user_data;
}

void
tst_tus_upload_set_created (TstTusUpload *self, TstTusCreated created, gpointer user_data)
{
  self->created = created;
  self->created_data = user_data;
}

void
tst_tus_upload_set_url (TstTusUpload *self, const char *url)
{
  g_free (self->url);
  /* One that is not on the endpoint's host is somebody else's, whoever stored it. */
  self->url = url != NULL ? tst_http_resolve (self->endpoint, url, NULL) : NULL;
  self->tried = TRUE;
}

void
tst_tus_upload_set_tried (TstTusUpload *self)
{
  self->tried = TRUE;
}

void
tst_tus_upload_set_piece (TstTusUpload *self, gsize bytes)
{
  self->piece = bytes;
}

const char *
tst_tus_upload_get_url (TstTusUpload *self)
{
  return self->url;
}

const char *
tst_tus_upload_get_refusal (TstTusUpload *self)
{
  return self->refusal;
}

guint64
tst_tus_upload_get_offset (TstTusUpload *self)
{
  return self->offset;
}

guint64
tst_tus_upload_get_bytes_sent (TstTusUpload *self)
{
  return self->bytes_sent;
}

guint64
tst_tus_upload_get_bytes_resent (TstTusUpload *self)
{
  return self->bytes_resent;
}

/* --- one request --- */

static void
on_wrote_body_data (SoupMessage *message, guint chunk, gpointer user_data)
{
  TstTusUpload *self = user_data;
  guint64 from = self->base + self->wrote;

  self->wrote += chunk;
  self->bytes_sent += chunk;
  if (from < self->high)
    self->bytes_resent += MIN (self->high, from + chunk) - from;
  self->high = MAX (self->high, from + chunk);
  if (self->progress != NULL)
    self->progress (MIN (from + chunk, self->size), self->size, self->progress_data);
}

static SoupMessage *
new_message (const char *method, const char *url)
{
  SoupMessage *message = soup_message_new (method, url);

  g_assert (message != NULL);
  soup_message_headers_replace (soup_message_get_request_headers (message), "Tus-Resumable", TUS_VERSION);
  return message;
}

static gboolean
get_number (SoupMessage *message, const char *header, guint64 *value)
{
  const char *text = soup_message_headers_get_one (soup_message_get_response_headers (message), header);

  return text != NULL && g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, value, NULL);
}

/* Signs and sends, as often as the server asks for a fresh nonce. The request is made anew each time. */
typedef SoupMessage *(*MakeRequest) (TstTusUpload *self);

static SoupMessage *
exchange (TstTusUpload *self, MakeRequest make, GBytes **answer, GCancellable *cancellable, GError **error)
{
  for (guint turn = 0;; turn++)
    {
      g_autoptr (SoupMessage) message = make (self);
      g_autofree char *code = NULL;
      g_autofree char *text = NULL;

      self->wrote = 0;
      g_signal_connect (message, "wrote-body-data", G_CALLBACK (on_wrote_body_data), self);
      if (self->sign != NULL && !self->sign (message, NULL, self->sign_data, error))
        return NULL;
      *answer = tst_http_send (self->session, message, ANSWER_MAX, cancellable, error);
      if (*answer == NULL)
        return NULL;
      if (soup_message_get_status (message) != SOUP_STATUS_UNAUTHORIZED || turn == 2)
        return g_steal_pointer (&message);
      /* An answer to HEAD has no body to say why. */
      if (!g_str_equal (soup_message_get_method (message), "HEAD") &&
          (!tst_http_parse_refusal (*answer, &code, &text) || strcmp (code, "nonce") != 0))
        return g_steal_pointer (&message);
      g_clear_pointer (answer, g_bytes_unref);
    }
}

static void
on_restarted (SoupMessage *message, gpointer user_data)
{
  TstTusUpload *self = user_data;
  g_autoptr (GInputStream) stream = tst_range_stream_new (self->fd, self->base, self->length);

  self->wrote = 0;
  soup_message_set_request_body (message, "application/offset+octet-stream", stream, self->length);
}

static void
set_body (TstTusUpload *self, SoupMessage *message, guint64 offset, guint64 size)
{
  self->base = offset;
  self->length = size;
  on_restarted (message, self);
  /* A line that turned out to be dead before anything went over it: libsoup takes another and wants the body anew. */
  g_signal_connect (message, "restarted", G_CALLBACK (on_restarted), self);
}

static gboolean
creates_whole (TstTusUpload *self)
{
  return !self->tried && !self->plain_create && self->size > 0 && self->size <= WHOLE_MAX &&
         (self->piece == 0 || self->size <= self->piece);
}

static SoupMessage *
make_create (TstTusUpload *self)
{
  SoupMessage *message = new_message (SOUP_METHOD_POST, self->endpoint);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  g_autofree char *hex = tst_hash_to_hex (&self->sha256);
  g_autofree char *hex64 = g_base64_encode ((const guchar *) hex, strlen (hex));
  g_autofree char *length = g_strdup_printf ("%" G_GUINT64_FORMAT, self->size);
  g_autoptr (GString) metadata = g_string_new (NULL);

  g_string_append_printf (metadata, "sha256 %s", hex64);
  if (self->mime != NULL && self->mime[0] != '\0')
    {
      g_autofree char *mime64 = g_base64_encode ((const guchar *) self->mime, strlen (self->mime));

      g_string_append_printf (metadata, ",type %s", mime64);
    }
  soup_message_headers_replace (headers, "Upload-Length", length);
  soup_message_headers_replace (headers, "Upload-Metadata", metadata->str);
  if (creates_whole (self))
    set_body (self, message, 0, self->size);
  else
    soup_message_headers_set_content_length (headers, 0);
  return message;
}

static SoupMessage *
make_patch (TstTusUpload *self)
{
  SoupMessage *message = new_message ("PATCH", self->url);
  g_autofree char *offset = g_strdup_printf ("%" G_GUINT64_FORMAT, self->offset);
  guint64 left = self->size - self->offset;

  soup_message_headers_replace (soup_message_get_request_headers (message), "Upload-Offset", offset);
  set_body (self, message, self->offset, self->piece > 0 ? MIN (left, self->piece) : left);
  return message;
}

static SoupMessage *
make_head (TstTusUpload *self)
{
  return new_message (SOUP_METHOD_HEAD, self->url);
}

/* --- what the answers mean --- */

static gboolean
speaks_tus (SoupMessage *message)
{
  return g_strcmp0 (soup_message_headers_get_one (soup_message_get_response_headers (message), "Tus-Resumable"), TUS_VERSION) == 0;
}

/* Only a tus server's or central's own word that it is gone: a portal's 404 must not make us begin again. */
static gboolean
says_gone (SoupMessage *message, GBytes *answer)
{
  guint status = soup_message_get_status (message);
  g_autofree char *code = NULL;
  g_autofree char *text = NULL;

  return (status == 404 || status == 410) && (speaks_tus (message) || tst_http_parse_refusal (answer, &code, &text));
}

static Next
fail_portal (GError **error)
{
  g_set_error_literal (error, TST_ERROR, TST_ERROR_CAPTIVE_PORTAL,
                       "Something answered that is not central; perhaps this network wants you to sign in. Nothing is lost");
  return NEXT_FAIL;
}

/* Refusals that mean the same after every kind of request. */
static Next
common_refusal (TstTusUpload *self, SoupMessage *message, GBytes *answer, GError **error)
{
  guint status = soup_message_get_status (message);
  g_autofree char *code = NULL;
  g_autofree char *text = NULL;
  gboolean spoken = tst_http_parse_refusal (answer, &code, &text);

  if (status == 408 || status == 423 || status == 425 || status == 429 || status >= 500)
    {
      if (status == STATUS_NETWORK_SIGN_IN)
        return fail_portal (error);
      g_set_error (error, TST_ERROR, TST_ERROR_BUSY, "The server is busy (%u); the file goes on later", status);
      return NEXT_FAIL;
    }
  if (status < 300 || (!spoken && !speaks_tus (message) && status != 401 && status != 403 && status != 412 && status != 413))
    return fail_portal (error);
  g_free (self->refusal);
  self->refusal = g_strdup (code);
  g_set_error (error, TST_ERROR, TST_ERROR_REFUSED, "The server refuses the file: %s (%u)", spoken ? code : "no reason given", status);
  return NEXT_FAIL;
}

static Next
after_create (TstTusUpload *self, SoupMessage *message, GBytes *answer, GError **error)
{
  guint status = soup_message_get_status (message);
  gboolean whole = self->wrote > 0 || creates_whole (self);

  if (status == SOUP_STATUS_CREATED && speaks_tus (message))
    {
      char *url = tst_http_resolve (self->endpoint,
                                    soup_message_headers_get_one (soup_message_get_response_headers (message), "Location"), error);

      if (url == NULL)
        return NEXT_FAIL;
      g_free (self->url);
      self->url = url;
      self->tried = TRUE;
      if (!get_number (message, "Upload-Offset", &self->offset))
        self->offset = 0; /* creation without bytes, by the book */
      if (self->offset < self->size && self->created != NULL && !self->created (self->url, self->created_data, error))
        return NEXT_FAIL;
      return NEXT_GO_ON;
    }
  /* What was there a moment ago went away under the request: no fault of this file's. */
  if (says_gone (message, answer))
    {
      self->tried = TRUE;
      return NEXT_CREATE;
    }
  if (whole && (status == 400 || status == 405 || status == 411 || status == 415 || status == 501))
    {
      self->plain_create = TRUE;
      return NEXT_CREATE;
    }
  return common_refusal (self, message, answer, error);
}

static Next
after_head (TstTusUpload *self, SoupMessage *message, GBytes *answer, GError **error)
{
  guint status = soup_message_get_status (message);
  guint64 length;

  if (SOUP_STATUS_IS_SUCCESSFUL (status))
    {
      if (!speaks_tus (message) || !get_number (message, "Upload-Offset", &self->offset))
        return fail_portal (error);
      if (get_number (message, "Upload-Length", &length) && length != self->size)
        return NEXT_CREATE; /* the address of another file */
      return NEXT_GO_ON;
    }
  if (says_gone (message, answer))
    return NEXT_CREATE;
  return common_refusal (self, message, answer, error);
}

/* The whole is there and is not what it should be: ours, or what arrived? */
static Next
fail_mismatch (TstTusUpload *self, GCancellable *cancellable, GError **error)
{
  TstHash actual;

  g_clear_pointer (&self->url, g_free);
  if (!tst_hash_file (self->path, &actual, NULL, cancellable, error))
    return NEXT_FAIL;
  if (!tst_hash_equal (&actual, &self->sha256))
    g_set_error_literal (error, TST_ERROR, TST_ERROR_MISSING_CONTENT,
                         "The file here is no longer the one that was recorded; it was not sent as that one");
  else
    g_set_error_literal (error, TST_ERROR, TST_ERROR_HASH_MISMATCH, "The file arrived damaged and was thrown away there; it is sent again");
  return NEXT_FAIL;
}

static Next
after_patch (TstTusUpload *self, SoupMessage *message, GBytes *answer, GCancellable *cancellable, GError **error)
{
  guint status = soup_message_get_status (message);

  if (SOUP_STATUS_IS_SUCCESSFUL (status) && speaks_tus (message))
    return get_number (message, "Upload-Offset", &self->offset) ? NEXT_GO_ON : NEXT_ASK;
  if (status == 409 || status == 460)
    return NEXT_ASK;
  if (says_gone (message, answer))
    return NEXT_CREATE;
  return common_refusal (self, message, answer, error);
}

static Next
turn (TstTusUpload *self, Next what, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (SoupMessage) message = NULL;

  self->base = 0;
  if (what == NEXT_CREATE)
    g_clear_pointer (&self->url, g_free);
  message = exchange (self, what == NEXT_CREATE ? make_create : what == NEXT_ASK ? make_head : make_patch, &answer, cancellable, error);
  if (message == NULL)
    {
      /* However far it came, a part of it may be there. */
      self->tried = TRUE;
      return NEXT_FAIL;
    }
  if (soup_message_get_status (message) == 422)
    return fail_mismatch (self, cancellable, error);
  if (what == NEXT_CREATE)
    return after_create (self, message, answer, error);
  if (what == NEXT_ASK)
    return after_head (self, message, answer, error);
  return after_patch (self, message, answer, cancellable, error);
}

/* --- the whole --- */

static gboolean
open_file (TstTusUpload *self, GError **error)
{
  if (self->fd >= 0)
    close (self->fd);
  self->fd = open (self->path, O_RDONLY | O_CLOEXEC);
  if (self->fd < 0 || fstat (self->fd, &self->stat) != 0 || !S_ISREG (self->stat.st_mode))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_MISSING_CONTENT, "A file that a record names is not here");
      return FALSE;
    }
  self->size = self->stat.st_size;
  return TRUE;
}

static gboolean
file_is_the_same (TstTusUpload *self)
{
  struct stat now;

  return fstat (self->fd, &now) == 0 && now.st_size == self->stat.st_size && now.st_mtim.tv_sec == self->stat.st_mtim.tv_sec &&
         now.st_mtim.tv_nsec == self->stat.st_mtim.tv_nsec;
}

static gboolean
run_turns (TstTusUpload *self, GCancellable *cancellable, GError **error)
{
  Next next = self->url != NULL ? NEXT_ASK : NEXT_CREATE;
  guint64 best = 0;
  guint idle = 0;

  for (;;)
    {
      next = turn (self, next, cancellable, error);
      if (next == NEXT_FAIL)
        return FALSE;
      if (next == NEXT_GO_ON && self->offset == self->size)
        return TRUE;
      if (next == NEXT_GO_ON && self->offset > self->size)
        {
          g_clear_pointer (&self->url, g_free);
          g_set_error_literal (error, TST_ERROR, TST_ERROR_HASH_MISMATCH, "The server holds more bytes than the file has; it is sent again");
          return FALSE;
        }
      if (next == NEXT_GO_ON && self->offset > best)
        {
          best = self->offset;
          idle = 0;
        }
      else if (++idle > TURNS_MAX)
        {
          g_set_error_literal (error, TST_ERROR, TST_ERROR_BUSY, "The server does not take the file further; it goes on later");
          return FALSE;
        }
    }
}

gboolean
tst_tus_upload_run (TstTusUpload *self, GCancellable *cancellable, GError **error)
{
  gboolean done;

  if (!open_file (self, error))
    return FALSE;
  done = run_turns (self, cancellable, error);
  if (done && !file_is_the_same (self))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_MISSING_CONTENT, "A file was changed while it was being sent");
      done = FALSE;
    }
  close (self->fd);
  self->fd = -1;
  return done;
}
