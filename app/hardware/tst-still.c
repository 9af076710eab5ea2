/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hardware/tst-still.h"

#include "base/tst-error.h"
#include "media/tst-picture.h"

#include <gst/video/video.h>
#include <string.h>

/* What is lost at 95 is below what the sensor's noise hides. */
#define QUALITY 95

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstVideoConverter, gst_video_converter_free)

static GBytes *
set_bad_frame (GError **error)
{
  g_set_error_literal (error, TST_ERROR, TST_ERROR_IO, "The camera handed over a frame that is no picture. Take it again.");
  return NULL;
}

/* Drivers hand over their whole buffer; what lies behind the end of the picture is not of it. */
static GBytes *
own_jpeg (GstBuffer *buffer, GError **error)
{
  GstMapInfo map;
  GBytes *bytes = NULL;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return set_bad_frame (error);
  if (map.size > 4 && memcmp (map.data, "\xff\xd8\xff", 3) == 0)
    {
      gsize size = map.size;

      while (size > 4 && map.data[size - 1] == 0)
        size--;
      if (map.data[size - 2] == 0xff && map.data[size - 1] == 0xd9)
        bytes = g_bytes_new (map.data, size);
    }
  gst_buffer_unmap (buffer, &map);
  return bytes != NULL ? bytes : set_bad_frame (error);
}

static GBytes *
encode (GstBuffer *buffer, GstVideoInfo *info, GError **error)
{
  g_autoptr (GstVideoConverter) converter = NULL;
  g_autoptr (GstBuffer) rgb = NULL;
  GstVideoInfo to;
  GstVideoFrame in, out;
  TstPicture picture = { .width = info->width, .height = info->height };
  GBytes *jpeg = NULL;

  gst_video_info_set_format (&to, GST_VIDEO_FORMAT_RGB, info->width, info->height);
  to.fps_n = info->fps_n;
  to.fps_d = info->fps_d;
  to.interlace_mode = info->interlace_mode;
  converter = gst_video_converter_new (info, &to, NULL);
  rgb = gst_buffer_new_allocate (NULL, to.size, NULL);
  if (converter == NULL || rgb == NULL || !gst_video_frame_map (&in, info, buffer, GST_MAP_READ))
    return set_bad_frame (error);
  if (gst_video_frame_map (&out, &to, rgb, GST_MAP_WRITE))
    {
      const guint8 *row = GST_VIDEO_FRAME_PLANE_DATA (&out, 0);

      gst_video_converter_frame (converter, &in, &out);
      picture.pixels = g_malloc ((gsize) picture.width * picture.height * 3);
      for (guint y = 0; y < picture.height; y++, row += GST_VIDEO_FRAME_PLANE_STRIDE (&out, 0))
        memcpy (picture.pixels + (gsize) y * picture.width * 3, row, picture.width * 3);
      gst_video_frame_unmap (&out);
      jpeg = tst_picture_to_jpeg (&picture, QUALITY, error);
      g_free (picture.pixels);
    }
  else
    set_bad_frame (error);
  gst_video_frame_unmap (&in);
  return jpeg;
}

GBytes *
tst_still_from_sample (GstSample *sample, guint *width, guint *height, gboolean *own, GError **error)
{
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  GstCaps *caps = gst_sample_get_caps (sample);
  const GstStructure *structure = caps != NULL ? gst_caps_get_structure (caps, 0) : NULL;
  GstVideoInfo info;

  if (buffer == NULL || structure == NULL)
    return set_bad_frame (error);
  *own = gst_structure_has_name (structure, "image/jpeg");
  if (*own)
    {
      int w = 0, h = 0;

      gst_structure_get_int (structure, "width", &w);
      gst_structure_get_int (structure, "height", &h);
      *width = MAX (0, w);
      *height = MAX (0, h);
      return own_jpeg (buffer, error);
    }
  if (!gst_video_info_from_caps (&info, caps))
    return set_bad_frame (error);
  *width = info.width;
  *height = info.height;
  return encode (buffer, &info, error);
}
