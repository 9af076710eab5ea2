/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-kept.h"

#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "record/tst-body.h"
#include "record/tst-sodium.h"

#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>

#define DRAFTS "drafts"
#define MAX_KEPT (24 * 1024 * 1024) /* with a voice and photos of papers */
#define SLOT_DIGITS 4
#define KEY_DIGITS 8
#define DIGITS (SLOT_DIGITS + KEY_DIGITS)
#define HOUR 3600

/* On the disk: this, then the box. Append only: a change is another mark. */
typedef struct
{
  char mark[8];    /* "TSTKEPT1" */
  gint64 hour_be;  /* Unix seconds of the whole hour, big endian: no finer time of a person stands anywhere */
  guint8 salt[crypto_pwhash_SALTBYTES];
  guint8 nonce[crypto_secretbox_NONCEBYTES];
} Head;

static const char mark[8] = { 'T', 'S', 'T', 'K', 'E', 'P', 'T', '1' };

static char *
path_of (const char *folder, const char *slot)
{
  g_autofree char *name = g_strdup_printf ("kept-%.*s.sealed", SLOT_DIGITS, slot);

  return g_build_filename (folder, DRAFTS, name, NULL);
}

static guint8 *
derive (const char *digits, const Head *head, GError **error)
{
  guint8 *key = tst_secret_alloc (crypto_secretbox_KEYBYTES);

  if (crypto_pwhash (key, crypto_secretbox_KEYBYTES, digits + SLOT_DIGITS, KEY_DIGITS, head->salt, crypto_pwhash_OPSLIMIT_MODERATE,
                     crypto_pwhash_MEMLIMIT_MODERATE, crypto_pwhash_ALG_ARGON2ID13) == 0)
    return key;
  sodium_free (key);
  g_set_error_literal (error, TST_ERROR, TST_ERROR_FAILED, "There is not enough memory for this now. Nothing was saved; close other programs and try again.");
  return NULL;
}

/* A free slot; the eight digits after it are the key. */
static char *
draw_code (const char *folder)
{
  for (guint tries = 0; tries < 1000; tries++)
    {
      g_autofree char *code = g_strdup_printf ("%04u%04u%04u", randombytes_uniform (10000), randombytes_uniform (10000), randombytes_uniform (10000));
      g_autofree char *path = path_of (folder, code);

      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&code);
    }
  return NULL;
}

char *
tst_kept_put (const char *folder, JsonObject *content, gint64 now_s, GError **error)
{
  g_autofree char *code = NULL;
  g_autofree char *path = NULL;
  g_autofree char *drafts = NULL;
  g_autofree char *plain = NULL;
  g_autoptr (GBytes) bytes = NULL;
  Head head = { 0 };
  guint8 *key, *file;
  gsize size;

  g_return_val_if_fail (folder != NULL && content != NULL, NULL);
  tst_sodium_init ();
  tst_kept_sweep (folder, now_s);
  code = draw_code (folder);
  if (code == NULL)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_TOO_LARGE, "Too much is kept here already. Nothing was saved; it can still be sent now.");
      return NULL;
    }
  memcpy (head.mark, mark, sizeof mark);
  head.hour_be = GINT64_TO_BE (now_s - ((now_s % HOUR) + HOUR) % HOUR);
  randombytes_buf (head.salt, sizeof head.salt);
  randombytes_buf (head.nonce, sizeof head.nonce);
  key = derive (code, &head, error);
  if (key == NULL)
    return NULL;
  plain = tst_json_write (content);
  size = strlen (plain);
  file = g_malloc (sizeof head + crypto_secretbox_MACBYTES + size);
  memcpy (file, &head, sizeof head);
  crypto_secretbox_easy (file + sizeof head, (const guint8 *) plain, size, head.nonce, key);
  sodium_memzero (plain, size);
  sodium_free (key);
  bytes = g_bytes_new_take (file, sizeof head + crypto_secretbox_MACBYTES + size);
  drafts = g_build_filename (folder, DRAFTS, NULL);
  path = path_of (folder, code);
  if (!tst_fs_ensure_folder (drafts, 0700, error) || !tst_fs_write_durable (path, bytes, 0600, error))
    return NULL;
  return g_steal_pointer (&code);
}

static gboolean
read_head (const char *path, gint64 now_s, Head *head, GBytes **file)
{
  g_autoptr (GBytes) bytes = tst_fs_read (path, MAX_KEPT, NULL);
  gint64 hour;

  if (bytes == NULL || g_bytes_get_size (bytes) < sizeof *head + crypto_secretbox_MACBYTES)
    return FALSE;
  memcpy (head, g_bytes_get_data (bytes, NULL), sizeof *head);
  hour = GINT64_FROM_BE (head->hour_be);
  /* A clock that was set back makes nothing live longer than a day on it either. */
  if (memcmp (head->mark, mark, sizeof mark) != 0 || now_s < hour || now_s - hour > (TST_KEPT_HOURS + 1) * HOUR)
    return FALSE;
  *file = g_steal_pointer (&bytes);
  return TRUE;
}

static gboolean
read_digits (const char *text, char digits[DIGITS + 1])
{
  guint n = 0;

  for (; *text != '\0'; text++)
    if (g_ascii_isdigit (*text))
      {
        if (n == DIGITS)
          return FALSE;
        digits[n++] = *text;
      }
    else if (*text != ' ' && *text != '-')
      return FALSE;
  digits[n] = '\0';
  return n == DIGITS;
}

JsonObject *
tst_kept_take (const char *folder, const char *code, gint64 now_s, GError **error)
{
  char digits[DIGITS + 1];
  g_autofree char *path = NULL;
  g_autoptr (GBytes) file = NULL;
  JsonObject *content = NULL;
  Head head;

  g_return_val_if_fail (folder != NULL && code != NULL, NULL);
  tst_sodium_init ();
  if (read_digits (code, digits))
    {
      path = path_of (folder, digits);
      if (read_head (path, now_s, &head, &file))
        {
          gsize size = g_bytes_get_size (file) - sizeof head;
          guint8 *key = derive (digits, &head, error);
          char *plain;

          if (key == NULL)
            return NULL;
          plain = g_malloc (size);
          if (crypto_secretbox_open_easy ((guint8 *) plain, (const guint8 *) g_bytes_get_data (file, NULL) + sizeof head, size, head.nonce, key) == 0)
            content = tst_json_parse_object (plain, size - crypto_secretbox_MACBYTES, NULL);
          sodium_memzero (plain, size);
          sodium_free (key);
          g_free (plain);
        }
    }
  if (content == NULL)
    g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_FOUND, "Nothing is kept under that code. Check its digits; after a day it is gone.");
  else
    g_unlink (path);
  return content;
}

void
tst_kept_sweep (const char *folder, gint64 now_s)
{
  g_autofree char *drafts = g_build_filename (folder, DRAFTS, NULL);
  g_autoptr (GDir) dir = g_dir_open (drafts, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (drafts, name, NULL);
      g_autoptr (GBytes) file = NULL;
      Head head;

      if (g_str_has_prefix (name, "kept-") && (now_s == G_MAXINT64 || !read_head (path, now_s, &head, &file)))
        g_unlink (path);
    }
}

/* --- for the main loop --- */

typedef struct
{
  char *folder, *text; /* JSON or code: wiped */
  gint64 now_s;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  sodium_memzero (job->text, strlen (job->text));
  g_free (job->text);
  g_free (job->folder);
  g_free (job);
}

static GTask *
make_task (const char *folder, char *text, gint64 now_s, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  Job *job = g_new0 (Job, 1);

  job->folder = g_strdup (folder);
  job->text = text;
  job->now_s = now_s;
  g_task_set_task_data (task, job, job_free);
  return task;
}

static void
put_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;
  g_autoptr (JsonObject) content = tst_json_parse_object (job->text, -1, &error);
  char *code = content != NULL ? tst_kept_put (job->folder, content, job->now_s, &error) : NULL;

  if (code != NULL)
    g_task_return_pointer (task, code, g_free);
  else
    g_task_return_error (task, error);
}

void
tst_kept_put_async (const char *folder, JsonObject *content, gint64 now_s, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = make_task (folder, tst_json_write (content), now_s, callback, user_data);

  g_task_run_in_thread (task, put_in_thread);
}

char *
tst_kept_put_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
take_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;
  JsonObject *content = tst_kept_take (job->folder, job->text, job->now_s, &error);

  if (content != NULL)
    g_task_return_pointer (task, content, (GDestroyNotify) json_object_unref);
  else
    g_task_return_error (task, error);
}

void
tst_kept_take_async (const char *folder, const char *code, gint64 now_s, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = make_task (folder, g_strdup (code), now_s, callback, user_data);

  g_task_run_in_thread (task, take_in_thread);
}

JsonObject *
tst_kept_take_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
