/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/tst-decode-private.h"

#include "base/tst-error.h"

#include <setjmp.h>
#include <string.h>

#include <png.h>

/* What survives a longjmp() lives here and not in local variables. */
typedef struct
{
  png_structp png;
  png_infop info;
  const guint8 *data;
  gsize size;
  TstPicture *picture;
  guint8 *rgba; /* one row, or all of an interlaced picture */
  guint rows_done;
  gboolean too_large;
} Job;

static void
on_error (png_structp png, png_const_charp message)
{
  png_longjmp (png, 1);
}

static void
on_warning (png_structp png, png_const_charp message)
{
}

static void
on_read (png_structp png, png_bytep out, png_size_t size)
{
  Job *job = png_get_io_ptr (png);

  if (size > job->size)
    png_error (png, "cut");
  memcpy (out, job->data, size);
  job->data += size;
  job->size -= size;
}

static void
run (Job *job)
{
  png_structp png = job->png;
  gboolean interlaced;
  guint width;
  guint height;

  png_set_read_fn (png, job, on_read);
  png_set_user_limits (png, G_MAXINT32, G_MAXINT32);
  png_set_chunk_malloc_max (png, 8 * 1024 * 1024);
  png_set_chunk_cache_max (png, 64);
  png_set_option (png, PNG_SKIP_sRGB_CHECK_PROFILE, PNG_OPTION_ON);
  png_read_info (png, job->info);
  width = png_get_image_width (png, job->info);
  height = png_get_image_height (png, job->info);
  interlaced = png_get_interlace_type (png, job->info) != PNG_INTERLACE_NONE;
  /* An interlaced picture is built up whole, beside the one that is returned. */
  if (!tst_picture_check_size (width, height, NULL)
      || (interlaced && (guint64)width * height > TST_DECODE_MAX_MEMORY / 4))
    {
      job->too_large = TRUE;
      return;
    }

  png_set_scale_16 (png);
  png_set_expand (png);
  png_set_gray_to_rgb (png);
  png_set_add_alpha (png, 0xff, PNG_FILLER_AFTER);
  png_set_interlace_handling (png);
  png_read_update_info (png, job->info);
  if (png_get_rowbytes (png, job->info) != (gsize)width * 4)
    png_error (png, "layout");

  job->picture = tst_picture_new (width, height, NULL);
  job->rgba = g_try_malloc0_n (interlaced ? (gsize)height * width : width, 4);
  if (job->picture == NULL || job->rgba == NULL)
    {
      job->too_large = TRUE;
      return;
    }
  if (interlaced)
    {
      for (guint pass = 0; pass < 7; pass++)
        for (guint y = 0; y < height; y++)
          png_read_row (png, job->rgba + (gsize)y * width * 4, NULL);
      tst_decode_on_white (job->rgba, job->picture->pixels, (gsize)width * height, FALSE);
      job->rows_done = height;
    }
  else
    for (; job->rows_done < height; job->rows_done++)
      {
        png_read_row (png, job->rgba, NULL);
        tst_decode_on_white (job->rgba, job->picture->pixels + (gsize)job->rows_done * width * 3, width,
                             FALSE);
      }
  png_read_end (png, NULL);
}

TstPicture *
tst_decode_png (const guint8 *data, gsize size, gboolean strict, GError **error)
{
  g_autofree Job *job = g_new0 (Job, 1);
  gboolean failed = FALSE;

  job->data = data;
  job->size = size;
  job->png = png_create_read_struct (PNG_LIBPNG_VER_STRING, NULL, on_error, on_warning);
  job->info = job->png != NULL ? png_create_info_struct (job->png) : NULL;
  if (job->info == NULL)
    {
      png_destroy_read_struct (&job->png, NULL, NULL);
      g_set_error_literal (error, TST_ERROR, TST_ERROR_FAILED, "The PNG decoder could not be started");
      return NULL;
    }
  if (setjmp (png_jmpbuf (job->png)) == 0)
    run (job);
  else
    failed = TRUE;

  if (job->too_large || (failed && (strict || job->rows_done == 0)))
    g_clear_pointer (&job->picture, tst_picture_free);
  png_destroy_read_struct (&job->png, &job->info, NULL);
  g_free (job->rgba);
  if (job->too_large)
    tst_picture_check_size (G_MAXUINT, G_MAXUINT, error);
  else if (job->picture == NULL)
    tst_decode_set_damaged (error);
  return job->picture;
}
