/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/tst-derive-private.h"

#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "media/tst-decode-private.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* About as much of the picture is lost by either. */
#define QUALITY_JPEG 82
#define QUALITY_WEBP 76
/* RFC 9649: 14 bits. */
#define WEBP_MAX_SIDE 16383

const guint tst_derivative_widths[3] = { 480, 960, 1920 };

void
tst_derivative_free (TstDerivative *self)
{
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self);
}

gboolean
tst_cover_is_valid (const TstCover *self)
{
  return self->width > 0 && self->height > 0 && self->x < TST_COVER_FULL && self->y < TST_COVER_FULL
         && self->width <= TST_COVER_FULL - self->x && self->height <= TST_COVER_FULL - self->y;
}

void
tst_picture_cover (TstPicture *self, const TstCover *covers, guint n_covers)
{
  /* A dark grey that reads as "covered" on light and dark pictures. */
  static const guint8 grey = 0x2b;

  for (guint i = 0; i < n_covers; i++)
    {
      const TstCover *cover = &covers[i];
      gsize left, right, top, bottom;

      if (!tst_cover_is_valid (cover))
        continue;
      left = (gsize)cover->x * self->width / TST_COVER_FULL;
      top = (gsize)cover->y * self->height / TST_COVER_FULL;
      right = ((gsize)(cover->x + cover->width) * self->width + TST_COVER_FULL - 1) / TST_COVER_FULL;
      bottom = ((gsize)(cover->y + cover->height) * self->height + TST_COVER_FULL - 1) / TST_COVER_FULL;
      for (gsize y = top; y < bottom; y++)
        memset (self->pixels + (y * self->width + left) * 3, grey, (right - left) * 3);
    }
}

GPtrArray *
tst_derive (GBytes *original, GError **error)
{
  return tst_derive_covered (original, NULL, 0, TST_DERIVE_JPEG_AND_WEBP, error);
}

static gboolean
add_derivative (GPtrArray *derivatives, guint at, const TstPicture *picture, TstImageType type, GError **error)
{
  GBytes *bytes = type == TST_IMAGE_WEBP ? tst_picture_to_webp (picture, QUALITY_WEBP, error)
                                         : tst_picture_to_jpeg (picture, QUALITY_JPEG, error);
  TstDerivative *derivative;

  if (bytes == NULL)
    return FALSE;
  derivative = g_new0 (TstDerivative, 1);
  derivative->width = picture->width;
  derivative->height = picture->height;
  derivative->type = type;
  derivative->bytes = bytes;
  g_ptr_array_insert (derivatives, at, derivative);
  return TRUE;
}

GPtrArray *
tst_derive_covered (GBytes *original, const TstCover *covers, guint n_covers, TstDeriveFormats formats, GError **error)
{
  g_autoptr (GPtrArray) derivatives = g_ptr_array_new_with_free_func ((GDestroyNotify)tst_derivative_free);
  g_autoptr (TstImageInfo) info = tst_image_info_read_bytes (original, error);
  g_autoptr (TstPicture) picture = NULL;
  guint largest = G_N_ELEMENTS (tst_derivative_widths) - 1;
  guint width;
  guint n = 0;

  if (info == NULL)
    return NULL;
  picture = tst_picture_decode (original, info->orientation, tst_derivative_widths[largest], TRUE, error);
  if (picture == NULL)
    return NULL;

  tst_picture_cover (picture, covers, n_covers);
  /* From large to small, each from the one before: the same averages at a fraction of the work. */
  for (gint i = largest; i >= 0; i--)
    {
      TstPicture *scaled;

      width = tst_derivative_widths[i];
      if (width > picture->width)
        {
          if (i > 0 || n > 0)
            continue;
          width = picture->width;
        }
      scaled = tst_picture_scale (picture, width);
      tst_picture_free (picture);
      picture = scaled;
      if (!add_derivative (derivatives, 0, picture, TST_IMAGE_JPEG, error))
        return NULL;
      n++;
      /* What is too long for a WebP is shown as JPEG only. */
      if (formats == TST_DERIVE_JPEG_AND_WEBP && MAX (picture->width, picture->height) <= WEBP_MAX_SIDE
          && !add_derivative (derivatives, n, picture, TST_IMAGE_WEBP, error))
        return NULL;
    }
  return g_steal_pointer (&derivatives);
}

gboolean
tst_derive_lock_down (void)
{
  static const struct
  {
    int what;
    rlim_t limit;
  } limits[]
      = { { RLIMIT_CPU, 30 },
          { RLIMIT_FSIZE, 0 },
          { RLIMIT_NOFILE, 0 },
          { RLIMIT_CORE, 0 },
#if !defined(__SANITIZE_ADDRESS__)
          /* The sanitizer reserves terabytes of address space. */
          { RLIMIT_AS, 2048ul * 1024 * 1024 },
#endif
        };
  /* Memory may be had, but never to execute. */
  static const int with_protection[] = { SCMP_SYS (mmap), SCMP_SYS (mprotect) };
  static const int plain[] = {
    SCMP_SYS (munmap),
    SCMP_SYS (mremap),
    SCMP_SYS (brk),
    SCMP_SYS (madvise),
    SCMP_SYS (futex),
    SCMP_SYS (exit),
    SCMP_SYS (exit_group),
    SCMP_SYS (rt_sigreturn),
    SCMP_SYS (clock_gettime),
    SCMP_SYS (getrandom),
    SCMP_SYS (gettimeofday),
    SCMP_SYS (rt_sigprocmask),
    SCMP_SYS (lseek),
    /* qsort() asks how much memory there is. */
    SCMP_SYS (sysinfo),
    /* libde265 works on a thread of its own, which can do no more than its process. */
    SCMP_SYS (set_robust_list),
    SCMP_SYS (rseq),
    SCMP_SYS (sched_getaffinity),
#if defined(__SANITIZE_ADDRESS__)
    /* The sanitizer looks at the stacks before each longjmp() and _exit(), and asks each thread who it is. */
    SCMP_SYS (sigaltstack),
    SCMP_SYS (getpid),
    SCMP_SYS (gettid),
#endif
  };
  scmp_filter_ctx filter;
  gboolean ok;

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl (PR_SET_DUMPABLE, 0) != 0)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    if (setrlimit (limits[i].what, &(struct rlimit){ limits[i].limit, limits[i].limit }) != 0)
      return FALSE;

  filter = seccomp_init (SCMP_ACT_KILL_PROCESS);
  if (filter == NULL)
    return FALSE;
  ok = seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (read), 1, SCMP_A0 (SCMP_CMP_EQ, STDIN_FILENO)) == 0
       && seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (write), 1, SCMP_A0 (SCMP_CMP_LE, STDERR_FILENO))
              == 0;
  for (guint i = 0; ok && i < G_N_ELEMENTS (with_protection); i++)
    ok = seccomp_rule_add (filter, SCMP_ACT_ALLOW, with_protection[i], 1,
                           SCMP_A2 (SCMP_CMP_MASKED_EQ, PROT_EXEC, 0))
         == 0;
  /* A thread may be made, a process may not; clone3() hides what is asked for, and the C library goes back to clone(). */
  ok = ok
       && seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (clone), 1,
                            SCMP_A0 (SCMP_CMP_MASKED_EQ, CLONE_VM | CLONE_THREAD | CLONE_SIGHAND, CLONE_VM | CLONE_THREAD | CLONE_SIGHAND))
              == 0
       && seccomp_rule_add (filter, SCMP_ACT_ERRNO (ENOSYS), SCMP_SYS (clone3), 0) == 0;
  for (guint i = 0; ok && i < G_N_ELEMENTS (plain); i++)
    ok = seccomp_rule_add (filter, SCMP_ACT_ALLOW, plain[i], 0) == 0;
  ok = ok && seccomp_load (filter) == 0;
  seccomp_release (filter);
  return ok;
}

static gboolean
send (const void *data, gsize size)
{
  return tst_fs_write_all (STDOUT_FILENO, data, size, NULL);
}

static gboolean
send_frame (guint kind, guint width, guint height, const void *data, gsize size)
{
  guint32 head[TST_DERIVE_HEAD] = { GUINT32_TO_LE (TST_DERIVE_MAGIC), GUINT32_TO_LE (kind),
                                    GUINT32_TO_LE (width), GUINT32_TO_LE (height), GUINT32_TO_LE (size) };

  return send (head, sizeof head) && (size == 0 || send (data, size));
}

static void
send_error (const char *code)
{
  send_frame (TST_DERIVE_ERROR, 0, 0, code, strlen (code));
}

static GBytes *
read_input (GError **error)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();
  g_autofree guint8 *chunk = g_malloc (1024 * 1024);

  for (;;)
    {
      ssize_t n = read (STDIN_FILENO, chunk, 1024 * 1024);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          tst_error_set_errno (error, errno, "The original could not be read");
          return NULL;
        }
      if (n == 0)
        return g_byte_array_free_to_bytes (g_steal_pointer (&all));
      if (all->len + n > TST_DERIVE_MAX_INPUT)
        {
          g_set_error_literal (error, TST_ERROR, TST_ERROR_TOO_LARGE, "The file is too large");
          return NULL;
        }
      g_byte_array_append (all, chunk, n);
    }
}

static gboolean
parse_covers (int argc, char **argv, GArray *covers)
{
  for (int i = 1; i < argc; i++)
    {
      TstCover cover;
      int end = 0;

      if (sscanf (argv[i], "%5u,%5u,%5u,%5u%n", &cover.x, &cover.y, &cover.width, &cover.height, &end) != 4 || argv[i][end] != '\0'
          || !tst_cover_is_valid (&cover) || covers->len == TST_COVERS_MAX)
        return FALSE;
      g_array_append_val (covers, cover);
    }
  return TRUE;
}

static gpointer
do_nothing (gpointer data)
{
  return data;
}

int
tst_derive_worker_main (int argc, char **argv)
{
  g_autoptr (GArray) covers = g_array_new (FALSE, FALSE, sizeof (TstCover));
  TstDeriveFormats formats = TST_DERIVE_JPEG_AND_WEBP;
  g_autoptr (GBytes) original = NULL;
  g_autoptr (GPtrArray) derivatives = NULL;
  g_autoptr (GError) error = NULL;
  gboolean sent = TRUE;

  close_range (STDERR_FILENO + 1, ~0u, 0);
  /* What libraries make on first use is made before the walls are up. */
  g_error_free (g_error_new_literal (TST_ERROR, TST_ERROR_FAILED, g_strerror (EIO)));
  tst_decode_heif_works ();
  g_thread_join (g_thread_new ("first", do_nothing, NULL));
  if (argc > 1 && strcmp (argv[1], TST_DERIVE_NO_WEBP) == 0)
    {
      formats = TST_DERIVE_JPEG_ONLY;
      argc--;
      argv++;
    }
  if (!parse_covers (argc, argv, covers) || !tst_derive_lock_down ())
    {
      send_error ("failed");
      _exit (3);
    }

  original = read_input (&error);
  if (original != NULL)
    derivatives = tst_derive_covered (original, (const TstCover *)covers->data, covers->len, formats, &error);
  if (derivatives == NULL)
    {
      send_error (tst_error_code (error));
      _exit (1);
    }
  for (guint i = 0; i < derivatives->len && sent; i++)
    {
      const TstDerivative *derivative = derivatives->pdata[i];
      gsize size;
      const void *data = g_bytes_get_data (derivative->bytes, &size);

      sent = send_frame (derivative->type == TST_IMAGE_WEBP ? TST_DERIVE_PICTURE_WEBP : TST_DERIVE_PICTURE, derivative->width,
                         derivative->height, data, size);
    }
  sent = sent && send_frame (TST_DERIVE_END, 0, 0, NULL, 0);
  /* Without exit handlers: what they do is not allowed any more. */
  _exit (sent ? 0 : 1);
}
