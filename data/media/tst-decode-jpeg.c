/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/tst-decode-private.h"

#include "base/tst-error.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

/* A progressive picture has some ten scans; one with thousands is made to waste time. */
#define MAX_SCANS 100

typedef struct
{
  struct jpeg_error_mgr manager;
  struct jpeg_progress_mgr progress;
  jmp_buf jump;
  gboolean strict;
} Errors;

static void
on_error (j_common_ptr cinfo)
{
  Errors *errors = (Errors *)cinfo->err;

  longjmp (errors->jump, 1);
}

static void
on_message (j_common_ptr cinfo, int level)
{
  Errors *errors = (Errors *)cinfo->err;

  if (level < 0)
    {
      errors->manager.num_warnings++;
      if (errors->strict)
        on_error (cinfo);
    }
}

static void
on_output (j_common_ptr cinfo)
{
}

static void
on_progress (j_common_ptr cinfo)
{
  if (((j_decompress_ptr)cinfo)->input_scan_number > MAX_SCANS)
    on_error (cinfo);
}

/* Adobe writes its inks inverted; they are multiplied onto white either way. */
static void
cmyk_to_rgb (const guint8 *at, guint8 *out, guint n, gboolean inverted)
{
  for (guint i = 0; i < n; i++, at += 4, out += 3)
    for (guint j = 0; j < 3; j++)
      {
        guint ink = inverted ? at[j] : 255 - at[j];
        guint black = inverted ? at[3] : 255 - at[3];

        out[j] = (ink * black + 127) / 255;
      }
}

/* What survives a longjmp() lives here and not in local variables. */
typedef struct
{
  struct jpeg_decompress_struct cinfo;
  Errors errors;
  TstPicture *picture;
  guint8 *row;
  gboolean too_large;
} Job;

static void
run (Job *job, const guint8 *data, gsize size, guint min_size, gboolean swapped)
{
  struct jpeg_decompress_struct *cinfo = &job->cinfo;
  gboolean cmyk;

  jpeg_create_decompress (cinfo);
  cinfo->mem->max_memory_to_use = TST_DECODE_MAX_MEMORY;
  cinfo->progress = &job->errors.progress;
  job->errors.progress.progress_monitor = on_progress;
  jpeg_mem_src (cinfo, data, size);
  jpeg_read_header (cinfo, TRUE);
  if (!tst_picture_check_size (cinfo->image_width, cinfo->image_height, NULL))
    {
      job->too_large = TRUE;
      return;
    }

  cmyk = cinfo->jpeg_color_space == JCS_CMYK || cinfo->jpeg_color_space == JCS_YCCK;
  cinfo->out_color_space = cmyk ? JCS_CMYK : JCS_RGB;
  cinfo->scale_num = 1;
  cinfo->scale_denom = 1;
  if (min_size > 0)
    while (cinfo->scale_denom < 8
           && (swapped ? cinfo->image_height : cinfo->image_width) / (2 * cinfo->scale_denom) >= min_size)
      cinfo->scale_denom *= 2;
  jpeg_start_decompress (cinfo);
  job->picture = tst_picture_new (cinfo->output_width, cinfo->output_height, NULL);
  if (job->picture == NULL)
    {
      job->too_large = TRUE;
      return;
    }
  if (cmyk)
    job->row = g_malloc ((gsize)cinfo->output_width * 4);
  while (cinfo->output_scanline < cinfo->output_height)
    {
      guint8 *out = job->picture->pixels + (gsize)cinfo->output_scanline * cinfo->output_width * 3;
      JSAMPROW row = cmyk ? job->row : out;

      if (jpeg_read_scanlines (cinfo, &row, 1) == 1 && cmyk)
        cmyk_to_rgb (job->row, out, cinfo->output_width, cinfo->saw_Adobe_marker);
    }
  jpeg_finish_decompress (cinfo);
}

TstPicture *
tst_decode_jpeg (const guint8 *data, gsize size, guint min_size, gboolean swapped, gboolean strict,
                 GError **error)
{
  g_autofree Job *job = g_new0 (Job, 1);
  gboolean failed = FALSE;

  job->cinfo.err = jpeg_std_error (&job->errors.manager);
  job->errors.manager.error_exit = on_error;
  job->errors.manager.emit_message = on_message;
  job->errors.manager.output_message = on_output;
  job->errors.strict = strict;
  if (setjmp (job->errors.jump) == 0)
    run (job, data, size, min_size, swapped);
  else
    failed = TRUE;

  /* What was decoded before the fault can still be shown; it cannot be published. */
  if (failed && (strict || job->cinfo.output_scanline == 0))
    g_clear_pointer (&job->picture, tst_picture_free);
  jpeg_destroy_decompress (&job->cinfo);
  g_free (job->row);
  if (job->too_large)
    tst_picture_check_size (G_MAXUINT, G_MAXUINT, error);
  else if (job->picture == NULL)
    tst_decode_set_damaged (error);
  return job->picture;
}

gboolean
tst_jpeg_is_plain (GBytes *jpeg, guint width, guint height)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (jpeg, &size);
  gsize at = 2;
  gboolean framed = FALSE;

  if (size < 4 || data[0] != 0xff || data[1] != 0xd8 || data[size - 2] != 0xff || data[size - 1] != 0xd9)
    return FALSE;
  while (at + 4 <= size)
    {
      guint marker = data[at + 1];
      gsize length = data[at + 2] << 8 | data[at + 3];

      if (data[at] != 0xff || length < 2 || length > size - at - 2)
        return FALSE;
      switch (marker)
        {
        case 0xe0: /* JFIF without a thumbnail has one size. */
          if (length != 16 || memcmp (data + at + 4, "JFIF", 5) != 0)
            return FALSE;
          break;
        case 0xc0:
          if (length < 8 || (guint)(data[at + 5] << 8 | data[at + 6]) != height
              || (guint)(data[at + 7] << 8 | data[at + 8]) != width)
            return FALSE;
          framed = TRUE;
          break;
        case 0xc4:
        case 0xdb:
          break;
        case 0xda: /* The only scan: in it, nothing but stuffed bytes and restarts until the end. */
          for (gsize i = at + 2 + length; i < size - 2; i++)
            if (data[i] == 0xff && data[i + 1] != 0 && (data[i + 1] < 0xd0 || data[i + 1] > 0xd7))
              return FALSE;
          return framed;
        default:
          return FALSE;
        }
      at += 2 + length;
    }
  return FALSE;
}
