/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/tst-picture.h"

#include "base/tst-error.h"
#include "media/tst-decode-private.h"
#include "media/tst-derive-private.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIMIT_S 60
#define PROBE_LIMIT_S 10

/* The child while it works. */
typedef struct
{
  GPid pid;
  int fd; /* its standard output */
  gint64 deadline_us;
  GCancellable *cancellable;
} Child;

static char **
make_arguments (const char *worker, const char *bwrap, const TstCover *covers, guint n_covers, TstDeriveFormats formats)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  static const char *const isolate[] = { "--unshare-all",
                                         "--die-with-parent",
                                         "--new-session",
                                         "--cap-drop",
                                         "ALL",
                                         "--ro-bind",
                                         "/usr",
                                         "/usr",
                                         "--ro-bind-try",
                                         "/app",
                                         "/app",
                                         "--ro-bind-try",
                                         "/etc/ld.so.cache",
                                         "/etc/ld.so.cache",
                                         "--chdir",
                                         "/",
                                         NULL };
  static const char *const libraries[] = { "/lib", "/lib32", "/lib64" };

  if (bwrap != NULL)
    {
      g_strv_builder_add (builder, bwrap);
      g_strv_builder_addv (builder, (const char **)isolate);
      for (guint i = 0; i < G_N_ELEMENTS (libraries); i++)
        {
          g_autofree char *target = g_file_read_link (libraries[i], NULL);

          if (target != NULL)
            g_strv_builder_add_many (builder, "--symlink", target, libraries[i], NULL);
          else
            g_strv_builder_add_many (builder, "--ro-bind-try", libraries[i], libraries[i], NULL);
        }
      /* The worker of a build tree lies outside of /usr. */
      g_strv_builder_add_many (builder, "--ro-bind", worker, "/run/testigo-derive", "--",
                               "/run/testigo-derive", NULL);
    }
  else
    g_strv_builder_add (builder, worker);
  if (formats == TST_DERIVE_JPEG_ONLY)
    g_strv_builder_add (builder, TST_DERIVE_NO_WEBP);
  for (guint i = 0; i < n_covers; i++)
    {
      g_autofree char *cover
          = g_strdup_printf ("%u,%u,%u,%u", covers[i].x, covers[i].y, covers[i].width, covers[i].height);

      g_strv_builder_add (builder, cover);
    }
  return g_strv_builder_end (builder);
}

static gboolean
start (Child *child, const char *worker, const char *bwrap, const TstCover *covers, guint n_covers,
       TstDeriveFormats formats, int input, int limit_s, GCancellable *cancellable, GError **error)
{
  g_auto (GStrv) argv = make_arguments (worker, bwrap, covers, n_covers, formats);
  static const char *const environment[] = { "LC_ALL=C", "PATH=/usr/bin:/bin", NULL };
  g_autoptr (GError) local = NULL;

  child->cancellable = cancellable;
  child->deadline_us = g_get_monotonic_time () + limit_s * G_USEC_PER_SEC;
  if (!g_spawn_async_with_pipes_and_fds (NULL, (const char *const *)argv, environment,
                                         G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                                         input, -1, -1, NULL, NULL, 0, &child->pid, NULL, &child->fd, NULL,
                                         &local))
    {
      g_set_error (error, TST_ERROR, TST_ERROR_FAILED,
                   "The program that prepares pictures could not be started: %s", local->message);
      return FALSE;
    }
  fcntl (child->fd, F_SETFL, fcntl (child->fd, F_GETFL) | O_NONBLOCK);
  return TRUE;
}

static void
stop (Child *child)
{
  close (child->fd);
  /* A child that is through is a zombie by now; one that is not must not live on. */
  kill (child->pid, SIGKILL);
  while (waitpid (child->pid, NULL, 0) < 0 && errno == EINTR)
    ;
  g_spawn_close_pid (child->pid);
}

static gboolean
receive (Child *child, void *data, gsize size, GError **error)
{
  guint8 *at = data;

  while (size > 0)
    {
      GPollFD cancel = { .fd = -1 };
      struct pollfd fds[2] = { { .fd = child->fd, .events = POLLIN }, { .fd = -1 } };
      gint64 left = child->deadline_us - g_get_monotonic_time ();
      ssize_t n;

      if (left <= 0)
        {
          g_set_error_literal (
              error, TST_ERROR, TST_ERROR_DAMAGED_IMAGE,
              "The picture took too long to prepare and was given up. Its file is kept as it is.");
          return FALSE;
        }
      if (g_cancellable_is_cancelled (child->cancellable))
        {
          g_set_error_literal (error, TST_ERROR, TST_ERROR_CANCELLED, "Stopped; nothing was changed");
          return FALSE;
        }
      if (g_cancellable_make_pollfd (child->cancellable, &cancel))
        fds[1] = (struct pollfd){ .fd = cancel.fd, .events = POLLIN };
      poll (fds, 2, left / 1000 + 1);
      if (cancel.fd >= 0)
        g_cancellable_release_fd (child->cancellable);
      n = read (child->fd, at, size);
      if (n < 0 && (errno == EINTR || errno == EAGAIN))
        continue;
      if (n <= 0)
        {
          tst_decode_set_damaged (error);
          return FALSE;
        }
      at += n;
      size -= n;
    }
  return TRUE;
}

static void
set_error_of_child (const char *code, GError **error)
{
  if (strcmp (code, "too-large") == 0)
    tst_picture_check_size (G_MAXUINT, G_MAXUINT, error);
  else if (strcmp (code, "not-an-image") == 0)
    g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_AN_IMAGE,
                         "The file is not a JPEG, PNG, TIFF, WebP or HEIC picture");
  else if (strcmp (code, "no-decoder") == 0)
    g_set_error_literal (error, TST_ERROR, TST_ERROR_NO_DECODER,
                         "HEIC pictures cannot be decoded on this machine. The original is kept. Install libheif and its HEVC decoder.");
  else if (strcmp (code, "failed") == 0)
    g_set_error_literal (
        error, TST_ERROR, TST_ERROR_FAILED,
        "The program that prepares pictures cannot be confined on this machine, so nothing was decoded");
  else
    tst_decode_set_damaged (error);
}

/* Everything here was written by a program that hostile bytes may have taken over. */
static GPtrArray *
collect (Child *child, GError **error)
{
  g_autoptr (GPtrArray) derivatives = g_ptr_array_new_with_free_func ((GDestroyNotify)tst_derivative_free);

  for (;;)
    {
      guint32 head[TST_DERIVE_HEAD];
      guint32 kind;
      guint32 size;
      g_autofree guint8 *data = NULL;
      TstDerivative *derivative;

      if (!receive (child, head, sizeof head, error))
        return NULL;
      kind = GUINT32_FROM_LE (head[1]);
      size = GUINT32_FROM_LE (head[4]);
      if (GUINT32_FROM_LE (head[0]) != TST_DERIVE_MAGIC || size > TST_DERIVE_MAX_OUTPUT)
        break;
      if (kind == TST_DERIVE_END && derivatives->len > 0)
        return g_steal_pointer (&derivatives);
      data = g_malloc0 ((gsize)size + 1);
      if (!receive (child, data, size, error))
        return NULL;
      if (kind == TST_DERIVE_ERROR && size < 64)
        {
          set_error_of_child ((const char *)data, error);
          return NULL;
        }
      if ((kind != TST_DERIVE_PICTURE && kind != TST_DERIVE_PICTURE_WEBP)
          || derivatives->len == 2 * G_N_ELEMENTS (tst_derivative_widths))
        break;
      derivative = g_new0 (TstDerivative, 1);
      g_ptr_array_add (derivatives, derivative);
      derivative->width = GUINT32_FROM_LE (head[2]);
      derivative->height = GUINT32_FROM_LE (head[3]);
      derivative->type = kind == TST_DERIVE_PICTURE_WEBP ? TST_IMAGE_WEBP : TST_IMAGE_JPEG;
      derivative->bytes = g_bytes_new_take (g_steal_pointer (&data), size);
      if (derivative->type == TST_IMAGE_WEBP
              ? !tst_webp_is_plain (derivative->bytes, derivative->width, derivative->height)
              : !tst_jpeg_is_plain (derivative->bytes, derivative->width, derivative->height))
        break;
    }
  tst_decode_set_damaged (error);
  return NULL;
}

/* Whether bubblewrap can run this worker here: it exists in many places where the kernel or a container forbids it. Asked
 * once a process: with an empty original a worker that runs answers "not-an-image". Static, or NULL. */
static const char *
working_bwrap (const char *worker)
{
  static GMutex lock;
  static GHashTable *known; /* worker → path of bwrap, or "" */
  const char *result;

  g_mutex_lock (&lock);
  if (known == NULL)
    known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  result = g_hash_table_lookup (known, worker);
  if (result == NULL)
    {
      g_autofree char *bwrap = g_find_program_in_path ("bwrap");
      g_autoptr (GError) error = NULL;
      int input = open ("/dev/null", O_RDONLY | O_CLOEXEC);
      gboolean works = FALSE;
      Child child;

      if (bwrap != NULL && input >= 0 && start (&child, worker, bwrap, NULL, 0, TST_DERIVE_JPEG_ONLY, input, PROBE_LIMIT_S, NULL, &error))
        {
          g_autoptr (GPtrArray) nothing = collect (&child, &error);

          works = nothing == NULL && g_error_matches (error, TST_ERROR, TST_ERROR_NOT_AN_IMAGE);
          stop (&child);
        }
      if (input >= 0)
        close (input);
      result = works ? bwrap : "";
      g_hash_table_insert (known, g_strdup (worker), g_strdup (result));
      result = g_hash_table_lookup (known, worker);
    }
  g_mutex_unlock (&lock);
  return *result != '\0' ? result : NULL;
}

GPtrArray *
tst_derive_in_sandbox (const char *worker, int original_fd, GCancellable *cancellable, GError **error)
{
  return tst_derive_covered_in_sandbox (worker, original_fd, NULL, 0, TST_DERIVE_JPEG_AND_WEBP, cancellable, error);
}

GPtrArray *
tst_derive_covered_in_sandbox (const char *worker, int original_fd, const TstCover *covers, guint n_covers,
                               TstDeriveFormats formats, GCancellable *cancellable, GError **error)
{
  const char *bwrap = working_bwrap (worker);
  GPtrArray *derivatives;
  Child child;

  if (lseek (original_fd, 0, SEEK_SET) != 0)
    {
      tst_error_set_errno (error, errno, "The original could not be read");
      return NULL;
    }
  if (!start (&child, worker, bwrap, covers, n_covers, formats, original_fd, LIMIT_S, cancellable, error))
    return NULL;
  derivatives = collect (&child, error);
  stop (&child);
  return derivatives;
}
