/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Central's end of the media transfer, with lines that are cut, silent or wrong. */

#include "intake-fixture.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define MEDIA "/sync/v1/media"
#define OCTETS "application/offset+octet-stream"
/* The address sanitizer keeps what was freed for a while. */
#ifdef __SANITIZE_ADDRESS__
#define MEMORY_MAX_KIB (400 * 1024)
#else
#define MEMORY_MAX_KIB (24 * 1024)
#endif
#define BIG (3 * 1024 * 1024 + 77)

typedef struct
{
  Fixture *fixture;
  Tablet *tablet;
  TstSigningKey *key;
  GBytes *medium;
  TstHash sha256;
  char *path; /* of the upload */
} Upload;

static void
upload_set_up (Upload *self, gsize size)
{
  guint8 *data = g_malloc (size);

  randombytes_buf (data, size);
  self->fixture = fixture_new ();
  self->tablet = tablet_new (self->fixture);
  self->key = self->tablet->keys[TST_CHAIN_FIELD];
  self->medium = g_bytes_new_take (data, size);
  self->sha256 = tst_hash_bytes (self->medium);
  self->path = NULL;
  fixture_serve (self->fixture, NULL);
}

static void
upload_tear_down (Upload *self)
{
  tablet_free (self->tablet);
  fixture_free (self->fixture);
  g_bytes_unref (self->medium);
  g_free (self->path);
}

static const char *
header (Answer *answer, const char *name)
{
  return soup_message_headers_get_one (answer->headers, name);
}

static guint64
offset_of (Answer *answer)
{
  const char *text = header (answer, "Upload-Offset");

  g_assert_nonnull (text);
  return g_ascii_strtoull (text, NULL, 10);
}

static Answer *
create_as (Upload *self, TstSigningKey *key, const TstHash *sha256, guint64 size, GBytes *body)
{
  g_autofree char *hex = tst_hash_to_hex (sha256);
  g_autofree char *hex64 = g_base64_encode ((const guchar *) hex, 64);
  g_autofree char *metadata = g_strdup_printf ("sha256 %s,type aW1hZ2UvanBlZw==", hex64);
  g_autofree char *length = g_strdup_printf ("%" G_GUINT64_FORMAT, size);
  g_autofree char *body_length = body != NULL ? g_strdup_printf ("%" G_GSIZE_FORMAT, g_bytes_get_size (body)) : NULL;
  const char *headers[] = { "upload-length", length, "upload-metadata", metadata, "tus-resumable", "1.0.0",
                            body != NULL ? "content-length" : NULL, body_length, NULL };

  return fixture_request (self->fixture, key, "POST", MEDIA, headers, body, OCTETS);
}

static void
learn_path (Upload *self, Answer *answer)
{
  g_autoptr (GUri) uri = g_uri_parse (header (answer, "Location"), G_URI_FLAGS_NONE, NULL);

  g_assert_nonnull (uri);
  g_free (self->path);
  self->path = g_strdup (g_uri_get_path (uri));
}

static void
create (Upload *self)
{
  g_autoptr (Answer) answer = create_as (self, self->key, &self->sha256, g_bytes_get_size (self->medium), NULL);

  g_assert_cmpuint (answer->status, ==, 201);
  g_assert_cmpstr (header (answer, "Tus-Resumable"), ==, "1.0.0");
  learn_path (self, answer);
}

static Answer *
head_as (Upload *self, TstSigningKey *key)
{
  const char *headers[] = { "tus-resumable", "1.0.0", NULL };

  return fixture_request (self->fixture, key, "HEAD", self->path, headers, NULL, NULL);
}

static guint64
ask_offset (Upload *self)
{
  g_autoptr (Answer) answer = head_as (self, self->key);

  g_assert_cmpuint (answer->status, ==, 200);
  return offset_of (answer);
}

static Answer *
patch (Upload *self, guint64 offset, GBytes *piece, const char *checksum)
{
  g_autofree char *at = g_strdup_printf ("%" G_GUINT64_FORMAT, offset);
  g_autofree char *length = g_strdup_printf ("%" G_GSIZE_FORMAT, g_bytes_get_size (piece));
  const char *headers[] = { "upload-offset", at, "content-length", length, "tus-resumable", "1.0.0",
                            checksum != NULL ? "upload-checksum" : NULL, checksum, NULL };

  return fixture_request (self->fixture, self->key, "PATCH", self->path, headers, piece, OCTETS);
}

static GBytes *
piece_of (Upload *self, gsize from, gsize size)
{
  return g_bytes_new_from_bytes (self->medium, from, size);
}

/* A PATCH of the whole rest on a socket of its own, of which only @sent bytes leave. */
static int
begin_patch (Upload *self, guint64 offset, gsize sent)
{
  gsize rest = g_bytes_get_size (self->medium) - offset;
  g_autofree char *at = g_strdup_printf ("%" G_GUINT64_FORMAT, offset);
  g_autofree char *length = g_strdup_printf ("%" G_GSIZE_FORMAT, rest);
  g_autofree char *nonce = fixture_nonce (self->fixture);
  g_autofree char *input = NULL;
  g_autofree char *signature = NULL;
  g_autofree char *head = NULL;
  const char *covered[] = { "upload-offset", at, "content-length", length, NULL };
  const guint8 *data = g_bytes_get_data (self->medium, NULL);
  int fd = fixture_connect (self->fixture);

  fixture_sign (self->fixture, self->key, "PATCH", self->path, covered, nonce, &input, &signature);
  head = g_strdup_printf ("PATCH %s HTTP/1.1\r\nHost: central\r\nTus-Resumable: 1.0.0\r\nContent-Type: " OCTETS "\r\n"
                          "Upload-Offset: %s\r\nContent-Length: %s\r\nSignature-Input: %s\r\nSignature: %s\r\n\r\n",
                          self->path, at, length, input, signature);
  g_assert_cmpint (send (fd, head, strlen (head), MSG_NOSIGNAL), ==, (gssize) strlen (head));
  for (gsize done = 0; done < sent;)
    {
      ssize_t n = send (fd, data + offset + done, sent - done, MSG_NOSIGNAL);

      g_assert_cmpint (n, >, 0);
      done += n;
    }
  return fd;
}

static guint64
file_size (Upload *self)
{
  g_autofree char *id = g_path_get_basename (self->path);
  g_autofree char *path = g_build_filename (self->fixture->folder, "central", "uploads", id, NULL);
  struct stat st;

  return stat (path, &st) == 0 ? (guint64) st.st_size : 0;
}

static void
wait_for_size (Upload *self, guint64 size)
{
  gint64 until = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  while (file_size (self) < size)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, until);
      g_usleep (2000);
    }
}

static void
assert_held (Upload *self)
{
  g_assert_true (tst_media_store_check (tst_central_get_media (self->fixture->central), &self->sha256, NULL, NULL));
  g_assert_cmpuint (fixture_count (self->fixture, "SELECT count (*) FROM holding"), ==, 1);
  g_assert_cmpuint (fixture_count (self->fixture, "SELECT count (*) FROM upload"), ==, 0);
  g_assert_cmpuint (file_size (self), ==, 0);
}

static void
assert_not_held (Upload *self)
{
  guint64 bytes;

  g_assert_false (tst_media_store_has (tst_central_get_media (self->fixture->central), &self->sha256, &bytes));
  g_assert_cmpuint (fixture_count (self->fixture, "SELECT count (*) FROM holding"), ==, 0);
}

static void
test_pieces (void)
{
  Upload upload;
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) second = NULL;

  upload_set_up (&upload, 100000);
  create (&upload);
  g_assert_cmpuint (ask_offset (&upload), ==, 0);
  first = piece_of (&upload, 0, 60000);
  second = piece_of (&upload, 60000, 40000);
  {
    g_autoptr (Answer) one = patch (&upload, 0, first, NULL);
    g_autoptr (Answer) wrong = patch (&upload, 50000, second, NULL);
    g_autoptr (Answer) two = NULL;

    g_assert_cmpuint (one->status, ==, 204);
    g_assert_cmpuint (offset_of (one), ==, 60000);
    g_assert_cmpuint (wrong->status, ==, 409);
    g_assert_cmpuint (ask_offset (&upload), ==, 60000);
    assert_not_held (&upload);
    two = patch (&upload, 60000, second, NULL);
    g_assert_cmpuint (two->status, ==, 204);
    g_assert_cmpuint (offset_of (two), ==, 100000);
  }
  assert_held (&upload);
  {
    /* The answer to the last piece was lost: the client creates anew and learns that it is all there. */
    g_autoptr (Answer) gone = head_as (&upload, upload.key);
    g_autoptr (Answer) again = create_as (&upload, upload.key, &upload.sha256, 100000, NULL);

    g_assert_cmpuint (gone->status, ==, 404);
    g_assert_cmpuint (again->status, ==, 201);
    g_assert_cmpuint (offset_of (again), ==, 100000);
    learn_path (&upload, again);
    g_assert_cmpuint (ask_offset (&upload), ==, 100000);
  }
  upload_tear_down (&upload);
}

static void
test_creation_with_upload (void)
{
  Upload upload;

  upload_set_up (&upload, 50000);
  {
    g_autoptr (Answer) answer = create_as (&upload, upload.key, &upload.sha256, 50000, upload.medium);

    g_assert_cmpuint (answer->status, ==, 201);
    g_assert_cmpuint (offset_of (answer), ==, 50000);
    learn_path (&upload, answer);
  }
  assert_held (&upload);
  {
    g_autoptr (Answer) again = create_as (&upload, upload.key, &upload.sha256, 50000, upload.medium);

    g_assert_cmpuint (again->status, ==, 201);
    g_assert_cmpuint (offset_of (again), ==, 50000);
  }
  upload_tear_down (&upload);
}

static void
test_cut (void)
{
  Upload upload;
  gsize sent = BIG / 2;
  g_autoptr (GBytes) rest = NULL;
  int fd;

  upload_set_up (&upload, BIG);
  create (&upload);
  fd = begin_patch (&upload, 0, sent);
  wait_for_size (&upload, sent);
  close (fd);
  g_assert_cmpuint (ask_offset (&upload), ==, sent);
  {
    /* Its address was lost: creating again leads to the same one. */
    g_autofree char *path = g_strdup (upload.path);
    g_autoptr (Answer) again = create_as (&upload, upload.key, &upload.sha256, BIG, NULL);

    g_assert_cmpuint (again->status, ==, 201);
    g_assert_cmpuint (offset_of (again), ==, sent);
    learn_path (&upload, again);
    g_assert_cmpstr (upload.path, ==, path);
  }
  rest = piece_of (&upload, sent, BIG - sent);
  {
    g_autoptr (Answer) answer = patch (&upload, sent, rest, NULL);

    g_assert_cmpuint (answer->status, ==, 204);
  }
  assert_held (&upload);
  upload_tear_down (&upload);
}

/* The dead line's end has not reached central yet. */
static void
test_head_during_patch (void)
{
  Upload upload;
  gsize sent = BIG / 3;
  g_autoptr (GBytes) rest = NULL;
  char byte;
  int fd;

  upload_set_up (&upload, BIG);
  create (&upload);
  fd = begin_patch (&upload, 0, sent);
  wait_for_size (&upload, sent);
  g_assert_cmpuint (ask_offset (&upload), ==, sent);
  /* The running one was ended. */
  g_assert_cmpint (recv (fd, &byte, 1, 0), <=, 0);
  close (fd);
  rest = piece_of (&upload, sent, BIG - sent);
  {
    g_autoptr (Answer) answer = patch (&upload, sent, rest, NULL);

    g_assert_cmpuint (answer->status, ==, 204);
  }
  assert_held (&upload);
  upload_tear_down (&upload);
}

static void
test_patch_during_patch (void)
{
  Upload upload;
  gsize sent = BIG / 3;
  g_autoptr (GBytes) all = NULL;
  int fd;

  upload_set_up (&upload, BIG);
  create (&upload);
  fd = begin_patch (&upload, 0, sent);
  wait_for_size (&upload, sent);
  all = piece_of (&upload, sent, BIG - sent);
  {
    g_autoptr (Answer) answer = patch (&upload, sent, all, NULL);

    g_assert_cmpuint (answer->status, ==, 204);
    g_assert_cmpuint (offset_of (answer), ==, BIG);
  }
  close (fd);
  assert_held (&upload);
  upload_tear_down (&upload);
}

static void
test_restart (void)
{
  Upload upload;
  gsize sent = BIG / 2;
  g_autoptr (GBytes) rest = NULL;
  int fd;

  upload_set_up (&upload, BIG);
  create (&upload);
  fd = begin_patch (&upload, 0, sent);
  wait_for_size (&upload, sent);
  fixture_stop (upload.fixture);
  close (fd);
  fixture_reopen (upload.fixture);
  fixture_serve (upload.fixture, NULL);
  g_assert_cmpuint (ask_offset (&upload), ==, sent);
  rest = piece_of (&upload, sent, BIG - sent);
  {
    g_autoptr (Answer) answer = patch (&upload, sent, rest, NULL);

    g_assert_cmpuint (answer->status, ==, 204);
  }
  assert_held (&upload);
  upload_tear_down (&upload);
}

static void
test_wrong_hash (void)
{
  Upload upload;
  g_autoptr (GBytes) other = NULL;

  upload_set_up (&upload, 30000);
  create (&upload);
  other = g_bytes_new_take (g_malloc0 (30000), 30000);
  {
    g_autoptr (Answer) answer = patch (&upload, 0, other, NULL);
    g_autoptr (JsonObject) object = answer_json (answer);
    g_autoptr (Answer) after = head_as (&upload, upload.key);

    g_assert_cmpuint (answer->status, ==, 422);
    g_assert_cmpstr (tst_json_string (object, "code"), ==, "hash-mismatch");
    g_assert_cmpuint (after->status, ==, 404);
  }
  assert_not_held (&upload);
  create (&upload);
  {
    g_autoptr (Answer) answer = patch (&upload, 0, upload.medium, NULL);

    g_assert_cmpuint (answer->status, ==, 204);
  }
  assert_held (&upload);
  upload_tear_down (&upload);
}

static void
test_checksum (void)
{
  Upload upload;
  TstHash wrong = tst_hash_data ("x", 1);
  g_autofree char *wrong_text = NULL;
  g_autofree char *good_text = NULL;
  g_autofree char *wrong64 = tst_hash_to_base64 (&wrong);
  g_autofree char *good64 = NULL;
  g_autoptr (GBytes) half = NULL;
  TstHash half_hash;

  upload_set_up (&upload, 40000);
  create (&upload);
  half = piece_of (&upload, 0, 20000);
  half_hash = tst_hash_bytes (half);
  good64 = tst_hash_to_base64 (&half_hash);
  wrong_text = g_strconcat ("sha256 ", wrong64, NULL);
  good_text = g_strconcat ("sha256 ", good64, NULL);
  {
    g_autoptr (Answer) bad = patch (&upload, 0, half, wrong_text);
    g_autoptr (Answer) unknown = patch (&upload, 0, half, "md5 xxxx");
    g_autoptr (Answer) good = NULL;

    g_assert_cmpuint (bad->status, ==, 460);
    g_assert_cmpuint (unknown->status, ==, 400);
    g_assert_cmpuint (ask_offset (&upload), ==, 0);
    g_assert_cmpuint (file_size (&upload), ==, 0);
    good = patch (&upload, 0, half, good_text);
    g_assert_cmpuint (good->status, ==, 204);
    g_assert_cmpuint (offset_of (good), ==, 20000);
  }
  upload_tear_down (&upload);
}

static void
test_termination_and_expiry (void)
{
  Upload upload;
  const char *headers[] = { "tus-resumable", "1.0.0", NULL };

  upload_set_up (&upload, 1000);
  create (&upload);
  {
    g_autoptr (Answer) ended = fixture_request (upload.fixture, upload.key, "DELETE", upload.path, headers, NULL, NULL);
    g_autoptr (Answer) after = head_as (&upload, upload.key);

    g_assert_cmpuint (ended->status, ==, 204);
    g_assert_cmpuint (after->status, ==, 404);
  }
  create (&upload);
  {
    g_autoptr (Answer) now = head_as (&upload, upload.key);
    g_autoptr (Answer) later = NULL;

    g_assert_cmpuint (now->status, ==, 200);
    g_assert_nonnull (header (now, "Upload-Expires"));
    tst_fixed_clock_advance (upload.fixture->clock, 31 * G_TIME_SPAN_DAY);
    later = head_as (&upload, upload.key);
    g_assert_cmpuint (later->status, ==, 404);
  }
  g_assert_cmpuint (fixture_count (upload.fixture, "SELECT count (*) FROM upload"), ==, 0);
  upload_tear_down (&upload);
}

static void
test_refusals (void)
{
  Upload upload;
  Tablet *other;
  g_autoptr (GBytes) too_much = g_bytes_new_take (g_malloc0 (2000), 2000);
  const char *no_version[] = { "upload-length", "5", NULL };

  upload_set_up (&upload, 1000);
  other = tablet_new (upload.fixture);
  create (&upload);
  {
    g_autoptr (Answer) foreign = head_as (&upload, other->keys[TST_CHAIN_FIELD]);
    g_autoptr (Answer) nobody = head_as (&upload, NULL);
    g_autoptr (Answer) longer = patch (&upload, 0, too_much, NULL);
    g_autoptr (Answer) version = fixture_request (upload.fixture, upload.key, "POST", MEDIA, no_version, NULL, NULL);
    g_autoptr (Answer) other_size = create_as (&upload, upload.key, &upload.sha256, 999, NULL);
    g_autoptr (Answer) huge = create_as (&upload, upload.key, &upload.sha256, G_GUINT64_CONSTANT (1) << 40, NULL);
    g_autoptr (Answer) options = fixture_request (upload.fixture, NULL, "OPTIONS", MEDIA, NULL, NULL, NULL);

    g_assert_cmpuint (foreign->status, ==, 404);
    g_assert_cmpuint (nobody->status, ==, 401);
    g_assert_cmpuint (longer->status, ==, 413);
    g_assert_cmpuint (version->status, ==, 412);
    g_assert_cmpuint (other_size->status, ==, 400);
    g_assert_cmpuint (huge->status, ==, 413);
    g_assert_cmpuint (options->status, ==, 204);
    g_assert_cmpstr (header (options, "Tus-Extension"), ==, "creation,creation-with-upload,checksum,expiration,termination");
  }
  /* The other tablet's upload of the same bytes is one of its own. */
  {
    g_autofree char *mine = g_strdup (upload.path);
    g_autoptr (Answer) answer = create_as (&upload, other->keys[TST_CHAIN_FIELD], &upload.sha256, 1000, upload.medium);

    g_assert_cmpuint (answer->status, ==, 201);
    learn_path (&upload, answer);
    g_assert_cmpstr (upload.path, !=, mine);
  }
  tablet_free (other);
  upload_tear_down (&upload);
}

/* Memory that a large body costs while it comes in: the program keeps a mebibyte or so of it. */
static void
test_memory (void)
{
  Upload upload;
  gsize size = 96 * 1024 * 1024;
  int fd;
  char answer[16] = { 0 };
  glong before;
  glong after;
  FILE *file;

  upload_set_up (&upload, size);
  create (&upload);
  file = fopen ("/proc/self/statm", "r");
  g_assert_cmpint (fscanf (file, "%*s %ld", &before), ==, 1);
  fclose (file);
  fd = begin_patch (&upload, 0, size);
  g_assert_cmpint (recv (fd, answer, 12, MSG_WAITALL), ==, 12);
  g_assert_cmpstr (answer, ==, "HTTP/1.1 204");
  file = fopen ("/proc/self/statm", "r");
  g_assert_cmpint (fscanf (file, "%*s %ld", &after), ==, 1);
  fclose (file);
  close (fd);
  g_test_message ("resident memory grew by %ld KiB", (after - before) * 4);
  g_assert_cmpint ((after - before) * 4, <, MEMORY_MAX_KIB);
  assert_held (&upload);
  upload_tear_down (&upload);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tus/pieces", test_pieces);
  g_test_add_func ("/tus/creation-with-upload", test_creation_with_upload);
  g_test_add_func ("/tus/cut", test_cut);
  g_test_add_func ("/tus/head-during-patch", test_head_during_patch);
  g_test_add_func ("/tus/patch-during-patch", test_patch_during_patch);
  g_test_add_func ("/tus/restart", test_restart);
  g_test_add_func ("/tus/wrong-hash", test_wrong_hash);
  g_test_add_func ("/tus/checksum", test_checksum);
  g_test_add_func ("/tus/termination-and-expiry", test_termination_and_expiry);
  g_test_add_func ("/tus/refusals", test_refusals);
  g_test_add_func ("/tus/memory", test_memory);
  return g_test_run ();
}
