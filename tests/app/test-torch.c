/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hardware/tst-gst-camera.h"
#include "hardware/tst-torch.h"
#include "wait-until.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <linux/videodev2.h>

static gboolean
is (gpointer object, const char *name)
{
  gboolean value;

  g_object_get (object, name, &value, NULL);
  return value;
}

/* A driver as linux/videodev2.h describes it; the torch's own thread and this one take turns. */
static struct
{
  gboolean has_mode, has_torch, refuses;
  int mode; /* atomic */
} driver;

static int
control (int fd, unsigned long request, void *arg)
{
  struct v4l2_queryctrl *query = arg;
  struct v4l2_control *set = arg;

  g_assert_cmpint (fd, >=, 0);
  switch (request)
    {
    case VIDIOC_QUERYCTRL:
      g_assert_cmpuint (query->id, ==, V4L2_CID_FLASH_LED_MODE);
      query->maximum = V4L2_FLASH_LED_MODE_TORCH;
      errno = EINVAL;
      return driver.has_mode ? 0 : -1;
    case VIDIOC_QUERYMENU:
      errno = EINVAL;
      return driver.has_torch ? 0 : -1;
    case VIDIOC_S_CTRL:
      g_assert_cmpuint (set->id, ==, V4L2_CID_FLASH_LED_MODE);
      errno = EBUSY;
      if (driver.refuses)
        return -1;
      g_atomic_int_set (&driver.mode, set->value);
      return 0;
    default:
      g_assert_not_reached ();
    }
}

static char *
make_leds (void)
{
  g_autoptr (GError) error = NULL;
  char *dir = g_dir_make_tmp ("testigo-leds-XXXXXX", &error);

  g_assert_no_error (error);
  return dir;
}

static void
add_led (const char *leds, const char *name, const char *max)
{
  g_autofree char *dir = g_build_filename (leds, name, NULL);
  g_autofree char *brightest = g_build_filename (dir, "max_brightness", NULL);
  g_autofree char *brightness = g_build_filename (dir, "brightness", NULL);

  g_assert_cmpint (g_mkdir (dir, 0700), ==, 0);
  g_assert_true (g_file_set_contents (brightest, max, -1, NULL));
  g_assert_true (g_file_set_contents (brightness, "0\n", -1, NULL));
}

static char *
read_led (const char *leds, const char *name)
{
  g_autofree char *path = g_build_filename (leds, name, "brightness", NULL);
  char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return text;
}

static void
end (TstTorch *torch)
{
  g_object_add_weak_pointer (G_OBJECT (torch), (gpointer *) &torch);
  g_object_unref (torch);
  wait_until (torch == NULL);
}

static void
count (guint *notes)
{
  (*notes)++;
}

/* A control that the driver has lights; one that it leaves out is not offered. */
static void
test_control (void)
{
  g_autofree char *leds = make_leds ();
  TstTorch *torch = tst_torch_new (leds, control);
  guint notes = 0;

  driver = (typeof (driver)) { .has_mode = TRUE, .has_torch = TRUE };
  g_signal_connect_swapped (torch, "notify::lit", G_CALLBACK (count), &notes);
  g_assert_false (is (torch, "available"));
  tst_torch_look (torch, "/dev/null");
  wait_until (is (torch, "available"));
  tst_torch_light (torch, TRUE);
  wait_until (is (torch, "lit"));
  g_assert_cmpint (g_atomic_int_get (&driver.mode), ==, V4L2_FLASH_LED_MODE_TORCH);
  tst_torch_light (torch, FALSE);
  wait_until (!is (torch, "lit"));
  g_assert_cmpint (g_atomic_int_get (&driver.mode), ==, V4L2_FLASH_LED_MODE_NONE);

  /* What the device does not take is not shown as done, and the switch is told so. */
  driver.refuses = TRUE;
  notes = 0;
  tst_torch_light (torch, TRUE);
  wait_until (notes == 1);
  g_assert_false (is (torch, "lit"));
  driver.refuses = FALSE;

  /* Forgotten, it goes out. */
  tst_torch_light (torch, TRUE);
  wait_until (is (torch, "lit"));
  tst_torch_forget (torch);
  g_assert_false (is (torch, "available"));
  g_assert_false (is (torch, "lit"));
  wait_until (g_atomic_int_get (&driver.mode) == V4L2_FLASH_LED_MODE_NONE);

  driver.has_torch = FALSE;
  notes = 0;
  tst_torch_look (torch, "/dev/null");
  wait_until (notes == 1);
  g_assert_false (is (torch, "available"));
  driver.has_mode = FALSE;
  tst_torch_look (torch, "/dev/null");
  wait_until (notes == 2);
  g_assert_false (is (torch, "available"));
  end (torch);
  g_assert_cmpint (g_rmdir (leds), ==, 0);
}

/* Telephones have an LED of its own beside the camera. */
static void
test_led (void)
{
  g_autofree char *leds = make_leds ();
  TstTorch *torch = tst_torch_new (leds, control);
  g_autofree char *lit = NULL;
  g_autofree char *other = NULL;

  driver = (typeof (driver)) { 0 };
  add_led (leds, "input3::capslock", "1\n");
  add_led (leds, "white:flash", "200\n");
  add_led (leds, "white:torch", "90\n");
  tst_torch_look (torch, "/dev/null");
  wait_until (is (torch, "available"));
  tst_torch_light (torch, TRUE);
  wait_until (is (torch, "lit"));
  lit = read_led (leds, "white:torch");
  g_assert_cmpstr (lit, ==, "90\n");
  other = read_led (leds, "white:flash");
  g_assert_cmpstr (other, ==, "0\n");
  g_clear_pointer (&lit, g_free);
  tst_torch_light (torch, FALSE);
  wait_until (!is (torch, "lit"));
  lit = read_led (leds, "white:torch");
  g_assert_true (g_str_has_prefix (lit, "0\n"));
  end (torch);
}

/* The camera shows what its torch can do; one without a device file (a test source, the portal) has none. */
static void
test_camera (void)
{
  g_autofree char *leds = make_leds ();
  TstGstCamera *camera = tst_gst_camera_new ("videotestsrc ! video/x-raw,width=320,height=240,framerate=15/1");
  TstTorch *torch = tst_torch_new (leds, control);
  g_autofree char *state = NULL;

  driver = (typeof (driver)) { .has_mode = TRUE, .has_torch = TRUE };
  tst_gst_camera_set_torch (camera, torch);
  tst_camera_start (TST_CAMERA (camera));
  for (; g_strcmp0 (state, "live") != 0; g_main_context_iteration (NULL, TRUE))
    {
      g_free (state);
      g_object_get (camera, "state", &state, NULL);
    }
  g_assert_false (is (camera, "torch-available"));
  tst_torch_look (torch, "/dev/null");
  wait_until (is (camera, "torch-available"));
  g_object_set (camera, "torch", TRUE, NULL);
  wait_until (is (camera, "torch"));
  g_assert_cmpint (g_atomic_int_get (&driver.mode), ==, V4L2_FLASH_LED_MODE_TORCH);
  /* Nobody looks: no light. */
  tst_camera_stop (TST_CAMERA (camera));
  g_assert_false (is (camera, "torch-available"));
  wait_until (g_atomic_int_get (&driver.mode) == V4L2_FLASH_LED_MODE_NONE);
  g_object_add_weak_pointer (G_OBJECT (camera), (gpointer *) &camera);
  g_object_unref (camera);
  wait_until (camera == NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/torch/control", test_control);
  g_test_add_func ("/torch/led", test_led);
  g_test_add_func ("/torch/camera", test_camera);
  return g_test_run ();
}
