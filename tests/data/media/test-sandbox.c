/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The child that decodes for publication: what it can do, and what its parent believes. The first argument, or
 * $TESTIGO_DERIVE, is the program testigo-derive. */

#include "base/tst-error.h"
#include "media/tst-decode-private.h"

#include "image-fixtures.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

static const char *worker;

static int
file_with (GBytes *bytes)
{
  int fd = memfd_create ("original", MFD_CLOEXEC);
  gsize size;
  const void *data = g_bytes_get_data (bytes, &size);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, data, size), ==, size);
  return fd;
}

static GPtrArray *
derive (const char *program, GBytes *bytes, GCancellable *cancellable, GError **error)
{
  int fd = file_with (bytes);
  GPtrArray *derivatives = tst_derive_in_sandbox (program, fd, cancellable, error);

  close (fd);
  return derivatives;
}

static void
test_same_as_inside (void)
{
  GBytes *files[] = { fixture_jpeg (2000, 900, NULL), fixture_png (700, 500, NULL),
                      fixture_webp (500, 400, NULL), fixture_tiff (520, 300, NULL) };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) inside = tst_derive (files[i], NULL);
      g_autoptr (GPtrArray) outside = derive (worker, files[i], NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (outside->len, ==, inside->len);
      for (guint j = 0; j < inside->len; j++)
        {
          const TstDerivative *a = inside->pdata[j];
          const TstDerivative *b = outside->pdata[j];

          g_assert_cmpuint (a->width, ==, b->width);
          g_assert_cmpuint (a->height, ==, b->height);
          g_assert_cmpint (a->type, ==, b->type);
          g_assert_true (g_bytes_equal (a->bytes, b->bytes));
        }
      g_bytes_unref (files[i]);
    }
}

/* What is covered is one colour in every width, upright as one sees it; the rest is untouched. */
static void
test_covers (void)
{
  static const TstCover covers[] = { { 1000, 2000, 3000, 2500 }, { 9000, 9000, 1000, 1000 } };
  static const TstCover bad[] = { { 9000, 0, 2000, 10 }, { 0, 0, 0, 10 }, { 0, 10000, 10, 10 } };
  g_autoptr (FixtureExif) exif = fixture_exif_new (FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) block = NULL;
  g_autoptr (GBytes) jpeg = NULL;
  g_autoptr (GPtrArray) plain = NULL;
  g_autoptr (GPtrArray) covered = NULL;
  int fd;

  fixture_exif_short (exif, FIXTURE_IFD_MAIN, 0x0112, 6);
  block = fixture_exif_block (exif);
  jpeg = fixture_jpeg (2000, 1400, block);
  plain = derive (worker, jpeg, NULL, &error);
  g_assert_no_error (error);
  fd = file_with (jpeg);
  covered = tst_derive_covered_in_sandbox (worker, fd, covers, G_N_ELEMENTS (covers), TST_DERIVE_JPEG_AND_WEBP, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (covered->len, ==, plain->len);
  for (guint i = 0; i < covered->len; i++)
    {
      const TstDerivative *one = covered->pdata[i];
      g_autoptr (TstPicture) after = tst_picture_decode (one->bytes, 1, 0, TRUE, NULL);
      g_autoptr (TstPicture) before = tst_picture_decode (((TstDerivative *)plain->pdata[i])->bytes, 1, 0, TRUE, NULL);

      g_assert_cmpuint (after->height, >, after->width);
      for (guint y = 0; y < after->height; y += 7)
        for (guint x = 0; x < after->width; x += 7)
          {
            guint at_x = x * 10000 / after->width;
            guint at_y = y * 10000 / after->height;
            const guint8 *a = after->pixels + (y * after->width + x) * 3;
            const guint8 *b = before->pixels + (y * after->width + x) * 3;

            for (guint c = 0; c < 2; c++)
              /* Blocks reach over the edge: 400 is one of 16 pixels at the smallest width. */
              if (at_x >= covers[c].x + 400 && at_x + 400 < covers[c].x + covers[c].width
                  && at_y >= covers[c].y + 400 && at_y + 400 < covers[c].y + covers[c].height)
                g_assert_true (ABS (a[0] - 0x2b) < 12 && ABS (a[1] - 0x2b) < 12 && ABS (a[2] - 0x2b) < 12);
            if (at_x > 4400 && at_y < 8600)
              g_assert_true (ABS (a[0] - b[0]) < 12 && ABS (a[1] - b[1]) < 12 && ABS (a[2] - b[2]) < 12);
          }
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GPtrArray) none = tst_derive_covered_in_sandbox (worker, fd, &bad[i], 1, TST_DERIVE_JPEG_ONLY, NULL, &error);

      g_assert_null (none);
      g_assert_error (error, TST_ERROR, TST_ERROR_FAILED);
      g_clear_error (&error);
    }
  close (fd);
}

static void
test_errors (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) text = g_bytes_new_static ("not a picture at all", 20);
  g_autoptr (GBytes) jpeg = fixture_jpeg (100, 100, NULL);
  g_autoptr (GBytes) cut = g_bytes_new_from_bytes (jpeg, 0, g_bytes_get_size (jpeg) / 2);
  g_autoptr (GBytes) tall = fixture_png (1, 70000, NULL);

  g_assert_null (derive (worker, text, NULL, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_NOT_AN_IMAGE);
  g_clear_error (&error);
  g_assert_null (derive (worker, cut, NULL, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_DAMAGED_IMAGE);
  g_clear_error (&error);
  g_assert_null (derive (worker, tall, NULL, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_assert_null (derive ("/nowhere/testigo-derive", jpeg, NULL, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_FAILED);
}

/* Makes the checksums of a PNG fit its changed bytes, so that they reach the decoder. */
static void
mend_png (guint8 *data, gsize size)
{
  gsize at = 8;

  while (at + 12 <= size)
    {
      guint32 length;
      guint32 crc;

      memcpy (&length, data + at, 4);
      length = GUINT32_FROM_BE (length);
      if (length > size - at - 12)
        return;
      crc = GUINT32_TO_BE (crc32 (0, data + at + 4, length + 4));
      memcpy (data + at + 8 + length, &crc, 4);
      at += 12 + length;
    }
}

/* Whatever comes in: an answer or an error, in time, and the parent lives. */
static void
test_mutations (void)
{
  GBytes *files[] = { fixture_jpeg (48, 32, NULL), fixture_png (48, 32, NULL), fixture_webp (48, 32, NULL),
                      fixture_tiff (48, 32, NULL) };
  GRand *rand = g_rand_new_with_seed (2026);
  const guint tries = g_getenv ("TESTIGO_LONG") != NULL ? 500 : 125; /* a process each */

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      gsize size;
      const guint8 *data = g_bytes_get_data (files[i], &size);
      guint n_errors = 0;

      for (guint j = 0; j < tries; j++)
        {
          g_autofree guint8 *changed = g_memdup2 (data, size);
          gsize cut = g_rand_int_range (rand, 0, 8) == 0 ? (gsize)g_rand_int_range (rand, 0, size) : size;
          guint n = g_rand_int_range (rand, 1, 8);
          g_autoptr (GBytes) bytes = NULL;
          g_autoptr (GError) error = NULL;
          g_autoptr (GPtrArray) derivatives = NULL;

          for (guint k = 0; k < n; k++)
            changed[g_rand_int_range (rand, 0, g_rand_boolean (rand) ? MIN (size, 300) : size)]
                = g_rand_int (rand);
          if (i == 1 && j % 4 != 0)
            mend_png (changed, size);
          bytes = g_bytes_new (changed, cut);
          derivatives = derive (worker, bytes, NULL, &error);
          g_assert_true ((derivatives != NULL) == (error == NULL));
          n_errors += error != NULL;
          if (error != NULL)
            g_assert_true (g_error_matches (error, TST_ERROR, TST_ERROR_DAMAGED_IMAGE)
                           || g_error_matches (error, TST_ERROR, TST_ERROR_NOT_AN_IMAGE)
                           || g_error_matches (error, TST_ERROR, TST_ERROR_TOO_LARGE));
        }
      g_test_message ("format %u: %u of %u refused", i, n_errors, tries);
      g_assert_cmpuint (n_errors, >, tries / 10);
      g_bytes_unref (files[i]);
    }
  g_rand_free (rand);
}

typedef enum
{
  TRY_NOTHING,
  TRY_OPEN,
  TRY_READ_OTHER,
  TRY_WRITE_OTHER,
  TRY_SOCKET,
  TRY_FORK,
  TRY_EXEC,
  TRY_UNLINK,
  TRY_STAT,
  TRY_KILL,
  TRY_EXEC_MEMORY,
  TRY_UNLIMIT,
  N_TRIES
} Try;

static void
attempt (Try what)
{
  char byte;

  if (!tst_derive_lock_down ())
    _exit (99);
  switch (what)
    {
    case TRY_OPEN:
      syscall (SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY);
      break;
    case TRY_READ_OTHER:
      syscall (SYS_read, 5, &byte, 1);
      break;
    case TRY_WRITE_OTHER:
      syscall (SYS_write, 5, "x", 1);
      break;
    case TRY_SOCKET:
      syscall (SYS_socket, AF_INET, SOCK_STREAM, 0);
      break;
    case TRY_FORK:
      syscall (SYS_clone, SIGCHLD, 0, 0, 0, 0);
      break;
    case TRY_EXEC:
      syscall (SYS_execve, "/bin/true", NULL, NULL);
      break;
    case TRY_UNLINK:
      syscall (SYS_unlinkat, AT_FDCWD, "/nowhere/at/all", 0);
      break;
    case TRY_STAT:
      syscall (SYS_newfstatat, AT_FDCWD, "/etc/passwd", NULL, 0);
      break;
    case TRY_KILL:
      syscall (SYS_kill, 1, 0);
      break;
    case TRY_EXEC_MEMORY:
      syscall (SYS_mmap, NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      break;
    case TRY_UNLIMIT:
      syscall (SYS_prlimit64, 0, 7, NULL, NULL);
      break;
    case TRY_NOTHING:
    case N_TRIES:
    default:
      syscall (SYS_mmap, NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      break;
    }
  _exit (0);
}

static void
test_walls (void)
{
  for (Try what = 0; what < N_TRIES; what++)
    {
      pid_t pid = fork ();
      int status = 0;

      if (pid == 0)
        attempt (what);
      g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
      g_test_message ("try %d: status %x", what, status);
      if (what == TRY_NOTHING)
        g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
      else
        g_assert_true (WIFSIGNALED (status) && WTERMSIG (status) == SIGSYS);
    }
}

/* Workers that were taken over: what they say is refused, what they do not say is not waited for. */
static void
test_evil_workers (void)
{
  g_autofree char *folder = g_dir_make_tmp ("testigo-XXXXXX", NULL);
  g_autofree char *program = g_build_filename (folder, "evil", NULL);
  g_autofree char *reply = g_build_filename (folder, "reply", NULL);
  g_autoptr (GBytes) exif = g_bytes_new_static ("II*\0\x08\0\0\0\0\0\0\0\0\0", 14);
  g_autoptr (GBytes) tagged = fixture_jpeg (100, 50, exif);
  g_autoptr (GBytes) jpeg = fixture_jpeg (100, 50, NULL);
  g_autoptr (GByteArray) frame = g_byte_array_new ();
  guint32 head[5]
      = { GUINT32_TO_LE (0x44545354), GUINT32_TO_LE (1), GUINT32_TO_LE (100), GUINT32_TO_LE (50) };
  const char *const scripts[] = {
    "exit 0", "echo nonsense and more nonsense, line after line", "cat /dev/zero", "kill -9 $$", "cat %s",
    "yes",
  };

  head[4] = GUINT32_TO_LE (g_bytes_get_size (tagged));
  g_byte_array_append (frame, (guint8 *)head, sizeof head);
  g_byte_array_append (frame, g_bytes_get_data (tagged, NULL), g_bytes_get_size (tagged));
  memset (head + 1, 0, 4 * 4);
  g_byte_array_append (frame, (guint8 *)head, sizeof head);
  g_assert_true (g_file_set_contents (reply, (char *)frame->data, frame->len, NULL));

  for (guint i = 0; i < G_N_ELEMENTS (scripts); i++)
    {
      g_autofree char *body = i == 4 ? g_strdup_printf ("cat %s", reply) : g_strdup (scripts[i]);
      g_autofree char *script = g_strdup_printf ("#!/bin/sh\n%s\n", body);
      g_autofree char *path = g_strdup_printf ("%s-%u", program, i);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", scripts[i]);
      g_assert_true (g_file_set_contents (path, script, -1, NULL));
      g_chmod (path, 0700);
      g_assert_null (derive (path, jpeg, NULL, &error));
      g_assert_error (error, TST_ERROR, TST_ERROR_DAMAGED_IMAGE);
      g_unlink (path);
    }
  g_unlink (reply);
  g_rmdir (folder);
}

static gpointer
cancel_soon (gpointer data)
{
  g_usleep (200000);
  g_cancellable_cancel (data);
  return NULL;
}

static void
test_cancel (void)
{
  g_autofree char *folder = g_dir_make_tmp ("testigo-XXXXXX", NULL);
  g_autofree char *program = g_build_filename (folder, "asleep", NULL);
  g_autoptr (GBytes) jpeg = fixture_jpeg (100, 50, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GThread *thread;
  gint64 start;
  /* Fails the probe at once and sleeps for an original. */
  static const char script[] = "#!/bin/sh\n[ -c /dev/fd/0 ] && exit 1\nexec sleep 50\n";

  g_assert_true (g_file_set_contents (program, script, -1, NULL));
  g_chmod (program, 0700);
  start = g_get_monotonic_time ();
  thread = g_thread_new ("cancel", cancel_soon, cancellable);
  g_assert_null (derive (program, jpeg, cancellable, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_CANCELLED);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 8 * G_USEC_PER_SEC);
  g_thread_join (thread);
  g_unlink (program);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  worker = argc > 1 ? argv[1] : g_getenv ("TESTIGO_DERIVE");
  g_assert_nonnull (worker);
  g_test_add_func ("/sandbox/same-as-inside", test_same_as_inside);
  g_test_add_func ("/sandbox/covers", test_covers);
  g_test_add_func ("/sandbox/errors", test_errors);
  g_test_add_func ("/sandbox/walls", test_walls);
  g_test_add_func ("/sandbox/evil-workers", test_evil_workers);
  g_test_add_func ("/sandbox/cancel", test_cancel);
  g_test_add_func ("/sandbox/mutations", test_mutations);
  return g_test_run ();
}
