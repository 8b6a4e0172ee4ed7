// The frame of a mail is as high as the mail; without scripts it scrolls.
const frame = document.querySelector("iframe")
const fit = () => {
  const body = frame.contentDocument?.body
  if (body?.childElementCount) frame.style.height = `${Math.ceil(body.getBoundingClientRect().height) + 2}px`
}
frame.addEventListener("load", fit)
window.addEventListener("resize", fit)
fit()
