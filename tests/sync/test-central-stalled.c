/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A central that did not get to read for a while finds at once what came meanwhile: bytes of a medium on a line that is dead by now, and on another line the
 * question how far the medium came. Each byte that came counts; answered too early, the question would have bytes sent twice. */

#include "intake-fixture.h"

#include <sodium.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MEDIA "/sync/v1/media"
#define OCTETS "application/offset+octet-stream"
#define SIZE 30000

typedef struct
{
  Fixture *fixture;
  Tablet *tablet;
  TstSigningKey *key;
  GBytes *medium;
  char *metadata;
} Upload;

static void
upload_set_up (Upload *self)
{
  guint8 *data = g_malloc (SIZE);
  g_autofree char *hex = NULL;
  g_autofree char *hex64 = NULL;
  TstHash sha256;

  randombytes_buf (data, SIZE);
  self->fixture = fixture_new ();
  self->tablet = tablet_new (self->fixture);
  self->key = self->tablet->keys[TST_CHAIN_FIELD];
  self->medium = g_bytes_new_take (data, SIZE);
  sha256 = tst_hash_bytes (self->medium);
  hex = tst_hash_to_hex (&sha256);
  hex64 = g_base64_encode ((const guchar *) hex, strlen (hex));
  self->metadata = g_strdup_printf ("sha256 %s,type aW1hZ2UvanBlZw==", hex64);
  fixture_serve (self->fixture, NULL);
}

static void
upload_tear_down (Upload *self)
{
  tablet_free (self->tablet);
  fixture_free (self->fixture);
  g_bytes_unref (self->medium);
  g_free (self->metadata);
}

/* Creates the upload without a byte; its path. */
static char *
create (Upload *self)
{
  const char *headers[] = { "upload-length", G_STRINGIFY (SIZE), "upload-metadata", self->metadata, "tus-resumable", "1.0.0", NULL };
  g_autoptr (Answer) answer = fixture_request (self->fixture, self->key, "POST", MEDIA, headers, NULL, NULL);
  g_autoptr (GUri) uri = NULL;

  g_assert_cmpuint (answer->status, ==, 201);
  uri = g_uri_parse (soup_message_headers_get_one (answer->headers, "Location"), G_URI_FLAGS_NONE, NULL);
  g_assert_nonnull (uri);
  return g_strdup (g_uri_get_path (uri));
}

/* The head of a request with @length bytes of body, signed; @headers: pairs, covered by the signature as well. */
static char *
signed_head (Upload *self, const char *method, const char *path, gsize length, const char *const *headers)
{
  g_autofree char *nonce = fixture_nonce (self->fixture);
  g_autofree char *body_length = g_strdup_printf ("%" G_GSIZE_FORMAT, length);
  g_autoptr (GPtrArray) covered = g_ptr_array_new (); /* of what others own */
  g_autofree char *input = NULL;
  g_autofree char *signature = NULL;
  GString *head = g_string_new (NULL);

  g_string_printf (head, "%s %s HTTP/1.1\r\nHost: central\r\nTus-Resumable: 1.0.0\r\n", method, path);
  for (guint i = 0; headers[i] != NULL; i += 2)
    {
      g_string_append_printf (head, "%s: %s\r\n", headers[i], headers[i + 1]);
      g_ptr_array_add (covered, (char *) headers[i]);
      g_ptr_array_add (covered, (char *) headers[i + 1]);
    }
  if (length > 0)
    {
      g_string_append_printf (head, "Content-Type: " OCTETS "\r\nContent-Length: %s\r\n", body_length);
      g_ptr_array_add (covered, (char *) "content-length");
      g_ptr_array_add (covered, body_length);
    }
  g_ptr_array_add (covered, NULL);
  fixture_sign (self->fixture, self->key, method, path, (const char *const *) covered->pdata, nonce, &input, &signature);
  g_string_append_printf (head, "Signature-Input: %s\r\nSignature: %s\r\n\r\n", input, signature);
  return g_string_free (head, FALSE);
}

/* --- a server that stands still --- */

typedef struct
{
  GMutex mutex;
  GCond cond;
  gboolean still;
  gboolean go_on;
} Stall;

static gboolean
stand_still (gpointer data)
{
  Stall *self = data;

  g_mutex_lock (&self->mutex);
  self->still = TRUE;
  g_cond_broadcast (&self->cond);
  while (!self->go_on)
    g_cond_wait (&self->cond, &self->mutex);
  self->still = FALSE;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
  return G_SOURCE_REMOVE;
}

static void
stall (Stall *self, Fixture *fixture)
{
  *self = (Stall){ 0 };
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  g_main_context_invoke (fixture->context, stand_still, self);
  g_mutex_lock (&self->mutex);
  while (!self->still)
    g_cond_wait (&self->cond, &self->mutex);
  g_mutex_unlock (&self->mutex);
}

static void
go_on (Stall *self)
{
  g_mutex_lock (&self->mutex);
  self->go_on = TRUE;
  g_cond_broadcast (&self->cond);
  while (self->still)
    g_cond_wait (&self->cond, &self->mutex);
  g_mutex_unlock (&self->mutex);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
}

/* What the answer on @fd says of the offset. */
static guint64
read_offset (int fd)
{
  g_autoptr (GString) answer = g_string_new (NULL);
  const char *found;
  char byte;

  while (strstr (answer->str, "\r\n\r\n") == NULL)
    {
      g_assert_cmpint (recv (fd, &byte, 1, 0), ==, 1);
      g_string_append_c (answer, byte);
    }
  found = strstr (answer->str, "Upload-Offset: ");
  g_assert_nonnull (found);
  return g_ascii_strtoull (found + strlen ("Upload-Offset: "), NULL, 10);
}

/* A request with the first @sent bytes of its body, and behind it, on another line, the question how far it came; both before central reads anything. */
static guint64
ask_before_read (Upload *self, const char *head, gsize sent, const char *question)
{
  g_autoptr (GByteArray) first = g_byte_array_new ();
  g_autofree char *nonce = NULL;
  int dead = fixture_connect (self->fixture);
  int alive = fixture_connect (self->fixture);
  guint64 offset;
  Stall still;

  /* Lines are taken in the order in which they came: this one is answered, so those two were taken. */
  nonce = fixture_nonce (self->fixture);
  stall (&still, self->fixture);
  g_byte_array_append (first, (const guint8 *) head, strlen (head));
  g_byte_array_append (first, g_bytes_get_data (self->medium, NULL), sent);
  g_assert_cmpint (send (dead, first->data, first->len, MSG_NOSIGNAL), ==, (gssize) first->len);
  g_assert_cmpint (send (alive, question, strlen (question), MSG_NOSIGNAL), ==, (gssize) strlen (question));
  go_on (&still);
  offset = read_offset (alive);
  close (dead);
  close (alive);
  return offset;
}

static guint64
held (Upload *self)
{
  return fixture_count (self->fixture, "SELECT count (*) FROM holding");
}

/* All that came over a dead line counts, also what libsoup read with the head and had not handed on. */
static void
test_piece (void)
{
  const gsize sizes[] = { 1, 3000, 7000, 20000 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      const char *at[] = { "upload-offset", "0", NULL };
      const char *none[] = { NULL };
      g_autofree char *path = NULL;
      g_autofree char *head = NULL;
      g_autofree char *question = NULL;
      Upload upload;

      upload_set_up (&upload);
      path = create (&upload);
      head = signed_head (&upload, "PATCH", path, SIZE, at);
      question = signed_head (&upload, "HEAD", path, 0, none);
      g_assert_cmpuint (ask_before_read (&upload, head, sizes[i], question), ==, sizes[i]);
      upload_tear_down (&upload);
    }
}

/* A creation that brings bytes and one that asks what became of it are done in that order. */
static void
test_creation (void)
{
  for (guint i = 0; i < 12; i++)
    {
      const gsize sent = i % 2 == 0 ? SIZE : 12345;
      const char *headers[] = { "upload-length", G_STRINGIFY (SIZE), "upload-metadata", NULL, NULL };
      g_autofree char *head = NULL;
      g_autofree char *question = NULL;
      Upload upload;

      upload_set_up (&upload);
      headers[3] = upload.metadata;
      head = signed_head (&upload, "POST", MEDIA, SIZE, headers);
      question = signed_head (&upload, "POST", MEDIA, 0, headers);
      g_assert_cmpuint (ask_before_read (&upload, head, sent, question), ==, sent);
      g_assert_cmpuint (held (&upload), ==, sent == SIZE ? 1 : 0);
      upload_tear_down (&upload);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tus/stalled/piece", test_piece);
  g_test_add_func ("/tus/stalled/creation", test_creation);
  return g_test_run ();
}
