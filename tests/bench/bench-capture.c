/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Capture to durable: a 4 MB photograph through tst_media_store_put_bytes() against the bare write, fsync, rename and
 * fsync of the folder, alternately in one run on the file system of $TESTIGO_BENCH_FOLDER (else the current folder: a
 * temporary folder may be memory). Prints both medians and the ratio; fails past the limit given as the first argument. */

#include "media/tst-media-store.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SIZE (4 * 1024 * 1024)
#define ROUNDS 60

static double
bare (const char *folder, const guint8 *data)
{
  g_autofree char *temporary = g_build_filename (folder, "tmp", "bare", NULL);
  g_autofree char *shelf = g_build_filename (folder, "shelf", NULL);
  g_autofree char *path = NULL;
  static guint number;
  gint64 start;
  int fd;

  path = g_strdup_printf ("%s/%u", shelf, number++);
  start = g_get_monotonic_time ();
  fd = open (temporary, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  g_assert_cmpint (write (fd, data, SIZE), ==, SIZE);
  g_assert_cmpint (fsync (fd), ==, 0);
  close (fd);
  g_assert_cmpint (rename (temporary, path), ==, 0);
  fd = open (shelf, O_RDONLY | O_DIRECTORY);
  g_assert_cmpint (fsync (fd), ==, 0);
  close (fd);
  return (g_get_monotonic_time () - start) / 1e3;
}

static double
ours (TstMediaStore *store, guint8 *data)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, SIZE);
  TstMediaRef ref;
  gint64 start = g_get_monotonic_time ();

  g_assert_true (tst_media_store_put_bytes (store, bytes, &ref, NULL));
  return (g_get_monotonic_time () - start) / 1e3;
}

static int
compare (const void *a, const void *b)
{
  double x = *(const double *)a;
  double y = *(const double *)b;

  return x < y ? -1 : x > y;
}

int
main (int argc, char **argv)
{
  const char *base = g_getenv ("TESTIGO_BENCH_FOLDER") ? g_getenv ("TESTIGO_BENCH_FOLDER") : ".";
  g_autofree char *folder = g_build_filename (base, "bench-XXXXXX", NULL);
  g_autofree char *shelf = NULL;
  g_autofree guint8 *data = g_malloc (SIZE);
  g_autoptr (TstMediaStore) store = NULL;
  double times[2][ROUNDS];
  double ratio;
  const char *const remove[] = { "rm", "-rf", folder, NULL };

  g_assert_nonnull (g_mkdtemp (folder));
  shelf = g_build_filename (folder, "shelf", NULL);
  g_assert_cmpint (g_mkdir (shelf, 0700), ==, 0);
  store = tst_media_store_open (folder, NULL);
  g_assert_nonnull (store);
  for (gsize i = 0; i < SIZE; i++)
    data[i] = g_random_int ();

  for (guint i = 0; i < ROUNDS; i++)
    for (guint j = 0; j < 2; j++)
      {
        /* New bytes each time, who goes first alternates. */
        memcpy (data, &(guint[2]){ i, j }, 8);
        if ((i + j) % 2 == 0)
          times[0][i] = bare (folder, data);
        else
          times[1][i] = ours (store, data);
      }
  for (guint j = 0; j < 2; j++)
    qsort (times[j], ROUNDS, sizeof (double), compare);
  ratio = times[1][ROUNDS / 2] / times[0][ROUNDS / 2];
  g_print ("capture to durable, 4 MB, medians of %d: bare %.2f ms, media store %.2f ms, ratio %.2f\n", ROUNDS,
           times[0][ROUNDS / 2], times[1][ROUNDS / 2], ratio);
  g_spawn_sync (NULL, (char **)remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  return argc > 1 && ratio > g_ascii_strtod (argv[1], NULL);
}
