"""Two photos become tentative matches, a verified homography and its explanation."""
