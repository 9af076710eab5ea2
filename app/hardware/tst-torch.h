/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * TstTorch:
 *
 * The light beside a camera: a control of its V4L2 device where the driver has one (V4L2_CID_FLASH_LED_MODE), else an LED that the kernel calls
 * a flash or a torch, through its file or, where only the session may, through logind. What blocks runs on a thread of its own, in order.
 *
 * Properties, notified on the main thread: "available" (boolean), "lit" (boolean: what the device took, so that a light that refuses is never shown as on).
 */
#define TST_TYPE_TORCH (tst_torch_get_type ())
G_DECLARE_FINAL_TYPE (TstTorch, tst_torch, TST, TORCH, GObject)

/* ioctl(2), handed in for tests; −1 with errno. The torch's own thread. */
typedef int (*TstTorchControl) (int fd, unsigned long request, void *arg);

/* @leds: (nullable): the kernel's folder of LEDs; NULL is /sys/class/leds. @control: (nullable): NULL is ioctl(2). (transfer full) */
TstTorch *tst_torch_new (const char *leds, TstTorchControl control);
/* Looks for the light of the camera that was opened. @video: (nullable): its device file; NULL when the camera has none that we may open. */
void tst_torch_look (TstTorch *self, const char *video);
void tst_torch_light (TstTorch *self, gboolean on);
/* Out, and not available until the next look. */
void tst_torch_forget (TstTorch *self);

G_END_DECLS
